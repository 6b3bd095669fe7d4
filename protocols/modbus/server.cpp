#include "protocols/modbus/server.hpp"

#include <algorithm>

namespace islandbench::modbus {
namespace {

Response response_of(const Served& served, const Response& response) {
    return served ? response : Response{served.error()};
}

Served read(DataModel& model, const ReadHoldingRegisters& r, Registers& into) {
    return model.read_holding_registers(r.address, into);
}
Served read(DataModel& model, const ReadInputRegisters& r, Registers& into) {
    return model.read_input_registers(r.address, into);
}
Served read(DataModel& model, const ReadCoils& r, Bits& into) {
    return model.read_coils(r.address, into);
}
Served read(DataModel& model, const ReadDiscreteInputs& r, Bits& into) {
    return model.read_discrete_inputs(r.address, into);
}

template <Function f>
Response respond(DataModel& model, const Read<f>& r) {
    std::conditional_t<Read<f>::of_bits, Bits, Registers> values;
    values.resize(r.quantity);
    const Served served = read(model, r, values);
    return response_of(served, values);
}
Response respond(DataModel& model, const WriteSingleCoil& r) {
    return response_of(model.write_coil(r.address, r.on), Written{});
}
Response respond(DataModel& model, const WriteSingleRegister& r) {
    return response_of(model.write_register(r.address, r.value), Written{});
}
Response respond(DataModel& model, const WriteMultipleCoils& r) {
    return response_of(model.write_coils(r.address, r.values), Written{});
}
Response respond(DataModel& model, const WriteMultipleRegisters& r) {
    return response_of(model.write_registers(r.address, r.values), Written{});
}
/// The standard checks both ranges before it writes: a read that will be refused writes nothing.
Response respond(DataModel& model, const ReadWriteMultipleRegisters& r) {
    Registers values;
    values.resize(r.read_quantity);
    Served served = model.read_holding_registers(r.read_address, values);
    if (served) served = model.write_registers(r.write_address, r.values);
    if (served) served = model.read_holding_registers(r.read_address, values);
    return response_of(served, values);
}

}  // namespace

Served DataModel::read_holding_registers(std::uint16_t /*address*/,
                                         std::span<std::uint16_t> /*into*/) {
    return refuse(ExceptionCode::illegal_function);
}
Served DataModel::read_input_registers(std::uint16_t /*address*/,
                                       std::span<std::uint16_t> /*into*/) {
    return refuse(ExceptionCode::illegal_function);
}
Served DataModel::read_coils(std::uint16_t /*address*/, Bits& /*into*/) {
    return refuse(ExceptionCode::illegal_function);
}
Served DataModel::read_discrete_inputs(std::uint16_t /*address*/, Bits& /*into*/) {
    return refuse(ExceptionCode::illegal_function);
}
Served DataModel::write_registers(std::uint16_t /*address*/,
                                  std::span<const std::uint16_t> /*values*/) {
    return refuse(ExceptionCode::illegal_function);
}
Served DataModel::write_register(std::uint16_t address, std::uint16_t value) {
    return write_registers(address, std::span<const std::uint16_t>(&value, 1));
}
Served DataModel::write_coils(std::uint16_t /*address*/, const Bits& /*values*/) {
    return refuse(ExceptionCode::illegal_function);
}
Served DataModel::write_coil(std::uint16_t address, bool on) {
    return write_coils(address, Bits{on});
}

Served read_range(std::span<const std::uint16_t> registers, std::uint16_t first,
                  std::uint16_t address, std::span<std::uint16_t> into) {
    const std::size_t offset = std::size_t{address} - first;  // huge when address < first
    if (address < first || offset + into.size() > registers.size()) {
        return refuse(ExceptionCode::illegal_data_address);
    }
    const auto wanted = registers.subspan(offset, into.size());
    std::copy(wanted.begin(), wanted.end(), into.begin());
    return {};
}

void Responder::serve(std::uint8_t unit_id, DataModel& model) {
    IB_ASSERT(find(unit_id) == nullptr);
    units_.push_back(Unit{unit_id, &model});
}

DataModel* Responder::find(std::uint8_t unit_id) const noexcept {
    const auto unit =
        std::find_if(units_.begin(), units_.end(), [&](const Unit& u) { return u.id == unit_id; });
    return unit == units_.end() ? nullptr : unit->model;
}

void Responder::broadcast(const Adu& adu) {
    for (const Unit& unit : units_) (void)answer(Adu{adu.transaction_id, unit.id, adu.pdu});
}

std::optional<Adu> Responder::answer(const Adu& adu) {
    IB_ASSERT(!adu.pdu.empty());
    const auto reply = [&](const Pdu& pdu) { return Adu{adu.transaction_id, adu.unit_id, pdu}; };
    const auto exception = [&](ExceptionCode code) {
        return reply(encode_exception(adu.pdu[0], code));
    };

    DataModel* const model = find(adu.unit_id);
    if (model == nullptr) {
        if (unknown_ == UnknownUnit::silence) return std::nullopt;
        return exception(ExceptionCode::gateway_target_failed_to_respond);
    }
    const auto request = decode_request(adu.pdu);
    if (!request) return exception(request.error());
    return reply(encode_response(
        *request, std::visit([&](const auto& r) { return respond(*model, r); }, *request)));
}

}  // namespace islandbench::modbus
