#include "protocols/sunspec/walk.hpp"

#include <gmock/gmock.h>

#include <map>

#include "protocols/sunspec/image.hpp"
#include "protocols/test/wire.hpp"

namespace islandbench::sunspec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = Finding::Kind;
using wire::Words;

/// A device's registers, where they are. What is not there is refused.
using Map = std::map<int, std::uint16_t>;

Map map_at(int address, const Words& words) {
    Map map;
    for (const std::uint16_t word : words) map[address++] = word;
    return map;
}

const Error refusal{ErrorCode::exception, "exception: illegal data address (2)"};

/// Walks through the map; how often it read.
int run(Walk& walk, const Map& map) {
    int reads = 0;
    while (const auto next = walk.next()) {
        ++reads;
        Words words;
        for (int i = 0; i < next->quantity; ++i) {
            const auto at = map.find(next->address + i);
            if (at != map.end()) words.push_back(at->second);
        }
        if (words.size() == next->quantity) {
            walk.feed(words);
        } else {
            walk.refuse(refusal);
        }
    }
    return reads;
}

std::vector<Kind> kinds(const Walk& walk) {
    std::vector<Kind> kinds;
    for (const Finding& finding : walk.findings()) kinds.push_back(finding.kind);
    return kinds;
}

Words chain(const Words& behind_marker) {
    Words words{0x5375, 0x6E53};
    words.insert(words.end(), behind_marker.begin(), behind_marker.end());
    return words;
}
Words with_body(std::uint16_t id, std::uint16_t length) {
    Words words{id, length};
    words.resize(2U + length);
    return words;
}
Words joined(std::initializer_list<Words> parts) {
    Words all;
    for (const Words& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}
const Words end{0xFFFF, 0};

Map image_map(const Image& image, std::size_t size) {
    Words words(size);
    EXPECT_TRUE(image.read(image.base(), words).has_value());
    return map_at(image.base(), words);
}

TEST(Walk, FindsAllModels) {
    Image image(40000);
    image.add(1);
    image.add(701);
    image.add(714, 2);
    image.add(713);
    Walk walk;
    run(walk, image_map(image, 2 + 68 + 155 + 70 + 9 + 2));
    EXPECT_EQ(walk.outcome(), Walk::Outcome::found);
    EXPECT_EQ(walk.base(), 40000);
    EXPECT_THAT(walk.models(),
                ElementsAre(ModelAddress{1, 40002, 66}, ModelAddress{701, 40070, 153},
                            ModelAddress{714, 40225, 68}, ModelAddress{713, 40295, 7}));
    EXPECT_THAT(walk.findings(), IsEmpty());
    EXPECT_EQ(walk.find(714)->address, 40225);
    EXPECT_FALSE(walk.find(704).has_value());
}

TEST(Walk, TriesTheGivenBaseThenTheOthers) {
    const auto bases_of = [](Walk walk) {
        std::vector<int> bases;
        while (const auto next = walk.next()) {
            EXPECT_EQ(next->quantity, 2);
            bases.push_back(next->address);
            walk.refuse(refusal);
        }
        return bases;
    };
    EXPECT_THAT(bases_of(Walk()), ElementsAre(40000, 0, 50000));
    EXPECT_THAT(bases_of(Walk(50000)), ElementsAre(50000, 40000, 0));
    EXPECT_THAT(bases_of(Walk(1000)), ElementsAre(1000, 40000, 0, 50000));
}

TEST(Walk, TellsAForeignMapFromSilence) {
    Walk nobody;
    run(nobody, {});
    EXPECT_EQ(nobody.outcome(), Walk::Outcome::no_answer);
    EXPECT_THAT(kinds(nobody),
                ElementsAre(Kind::base_refused, Kind::base_refused, Kind::base_refused));

    Walk foreign;
    run(foreign, map_at(40000, {1, 2, 3}));
    EXPECT_EQ(foreign.outcome(), Walk::Outcome::no_marker);
    EXPECT_THAT(kinds(foreign),
                ElementsAre(Kind::no_marker, Kind::base_refused, Kind::base_refused));

    Walk half;  // only the first half of the marker
    run(half, map_at(0, {0x5375, 0x6E54}));
    EXPECT_EQ(half.outcome(), Walk::Outcome::no_marker);
}

TEST(Walk, GoesOnToTheNextBase) {
    Walk walk;
    run(walk, map_at(0, chain(joined({with_body(1, 66), end}))));
    EXPECT_EQ(walk.base(), 0);
    EXPECT_THAT(walk.models(), ElementsAre(ModelAddress{1, 2, 66}));
    EXPECT_THAT(kinds(walk), ElementsAre(Kind::base_refused));
}

TEST(Walk, GoesByLengthNotByTheBook) {
    Walk walk;  // a common model without its pad, as some inverters have it
    run(walk, map_at(40000, chain(joined({with_body(1, 65), with_body(713, 7), end}))));
    EXPECT_THAT(walk.models(),
                ElementsAre(ModelAddress{1, 40002, 65}, ModelAddress{713, 40069, 7}));
    EXPECT_THAT(kinds(walk), ElementsAre(Kind::length_unexpected));
    EXPECT_EQ(walk.findings()[0].text, "model 1 (common): L is 65, expected 66");
    EXPECT_EQ(walk.findings()[0].address, 40003);
}

TEST(Walk, AcceptsEndsThatAreNone) {
    const Words models = with_body(1, 66);
    Walk zero;
    run(zero, map_at(40000, chain(joined({models, {0}}))));  // nothing behind it can be read
    EXPECT_EQ(zero.models().size(), 1U);
    EXPECT_THAT(kinds(zero), ElementsAre(Kind::ended_by_zero));

    Walk without_length;
    run(without_length, map_at(40000, chain(joined({models, {0xFFFF}}))));
    EXPECT_EQ(without_length.models().size(), 1U);
    EXPECT_THAT(without_length.findings(), IsEmpty());

    Walk broken_off;
    run(broken_off, map_at(40000, chain(models)));
    EXPECT_EQ(broken_off.outcome(), Walk::Outcome::found);
    EXPECT_EQ(broken_off.models().size(), 1U);
    EXPECT_THAT(kinds(broken_off), ElementsAre(Kind::id_refused));

    Walk no_length;
    run(no_length, map_at(40000, chain(joined({models, {701}}))));
    EXPECT_EQ(no_length.models().size(), 1U);
    EXPECT_THAT(kinds(no_length), ElementsAre(Kind::length_refused));
}

TEST(Walk, SkipsModelsItDoesNotKnow) {
    Walk walk;
    run(walk, map_at(40000, chain(joined({with_body(1, 66), with_body(64901, 13), with_body(1, 66),
                                          with_body(713, 7), end}))));
    EXPECT_EQ(walk.models().size(), 4U);
    EXPECT_THAT(walk.findings(), IsEmpty());
    EXPECT_EQ(walk.find(1, 1)->address, 40002 + 68 + 15);
    EXPECT_FALSE(walk.find(1, 2).has_value());
}

TEST(Walk, WantsTheCommonModelFirst) {
    Walk walk;
    run(walk, map_at(40000, chain(joined({with_body(713, 7), end}))));
    EXPECT_EQ(walk.models().size(), 1U);
    EXPECT_THAT(kinds(walk), ElementsAre(Kind::first_model_not_common));
    Walk empty;
    run(empty, map_at(40000, chain(end)));
    EXPECT_EQ(empty.outcome(), Walk::Outcome::found);
    EXPECT_THAT(kinds(empty), ElementsAre(Kind::first_model_not_common));
}

TEST(Walk, ChecksLengthsOfGroups) {
    const auto findings = [](std::uint16_t id, std::uint16_t length) {
        Walk walk;
        run(walk, map_at(40000, chain(joined({with_body(1, 66), with_body(id, length), end}))));
        EXPECT_EQ(walk.models().size(), 2U);
        return kinds(walk);
    };
    EXPECT_THAT(findings(714, 18), IsEmpty());
    EXPECT_THAT(findings(714, 18 + 75), IsEmpty());
    EXPECT_THAT(findings(714, 18 + 26), ElementsAre(Kind::length_unexpected));
    EXPECT_THAT(findings(714, 17), ElementsAre(Kind::length_unexpected));
    EXPECT_THAT(findings(701, 152), ElementsAre(Kind::length_unexpected));
    EXPECT_THAT(findings(64000, 0), ElementsAre(Kind::length_zero));
}

TEST(Walk, StopsAtTheLastAddress) {
    Walk past;
    run(past, map_at(65400, chain(joined({with_body(1, 66), {701, 153}}))));
    EXPECT_EQ(past.outcome(), Walk::Outcome::no_answer);  // not a base to look at

    Walk walk(65400);
    run(walk, map_at(65400, chain(joined({with_body(1, 66), {701, 153}}))));
    EXPECT_EQ(walk.models().size(), 1U);
    EXPECT_THAT(kinds(walk), ElementsAre(Kind::past_last_address));

    Walk by_one(65400);
    run(by_one, map_at(65400, chain(joined({with_body(1, 66), {64000, 65}}))));
    EXPECT_EQ(by_one.models().size(), 1U);
    EXPECT_THAT(kinds(by_one), ElementsAre(Kind::past_last_address));

    Walk exact(65400);  // ends with register 65535
    run(exact, map_at(65400, chain(joined({with_body(1, 66), {64000, 64}}))));
    EXPECT_EQ(exact.models().size(), 2U);
    EXPECT_THAT(kinds(exact), ElementsAre(Kind::past_last_address));

    Walk no_room(65400);
    run(no_room, map_at(65400, chain(joined({with_body(1, 66), with_body(64000, 63), {701}}))));
    EXPECT_EQ(no_room.models().size(), 2U);
    EXPECT_THAT(kinds(no_room), ElementsAre(Kind::past_last_address));
}

TEST(Walk, GivesUpAfterManyModels) {
    Words words = with_body(1, 66);
    for (int i = 0; i < 200; ++i) words = joined({words, {64000, 1, 7}});
    Walk walk;
    run(walk, map_at(40000, chain(words)));
    EXPECT_EQ(walk.models().size(), static_cast<std::size_t>(Walk::max_models));
    EXPECT_THAT(kinds(walk), ElementsAre(Kind::too_many_models));
}

TEST(Walk, EndsOnAnyAnswers) {
    Random random(10, "walk");
    for (int round = 0; round < 3000; ++round) {
        Walk walk;
        int reads = 0;
        while (const auto next = walk.next()) {
            ASSERT_LE(++reads, 3 + 2 * Walk::max_models);
            ASSERT_LE(next->address + next->quantity, 0x10000);
            Words words = wire::random_words(random, next->quantity);
            if (words.size() == 2) words = {0x5375, 0x6E53};
            if (random.chance(0.7)) words[0] &= 0x3FF;
            if (words.size() == 2) words[0] = 0x5375;
            if (random.chance(0.02)) {
                walk.refuse(refusal);
            } else {
                walk.feed(words);
            }
        }
        for (const ModelAddress& model : walk.models()) {
            ASSERT_LE(model.address + model.size(), 0x10000);
        }
    }
}

}  // namespace
}  // namespace islandbench::sunspec
