#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/link_address.hpp"
#include "base/time.hpp"
#include "protocols/modbus/mbap.hpp"

struct _modbus;

namespace islandbench::links {

/// One libmodbus context and the thread that alone uses it. Requests are served in the order in
/// which they came, with the silence between frames that a serial line needs.
class LibmodbusBus {
  public:
    /// A reply, nothing when the device stayed silent (or sent what nobody can read), or closed:
    /// the link itself is gone.
    using Answer = Result<std::optional<modbus::Adu>>;
    using Done = std::function<void(Answer)>;
    using Post = std::function<void(std::function<void()>)>;

    static std::unique_ptr<LibmodbusBus> on_serial(const LinkAddress& line, Post post);
    static std::unique_ptr<LibmodbusBus> on_tcp(const std::string& host, const std::string& port,
                                                Post post);
    /// Waits for a request that is on the line.
    ~LibmodbusBus();
    LibmodbusBus(const LibmodbusBus&) = delete;
    LibmodbusBus& operator=(const LibmodbusBus&) = delete;

    /// Opens the line, if that is not so already. `done` is called through `post`, as below.
    void open(Done done);
    /// A request that the same `owner` has waiting is forgotten.
    void ask(const void* owner, const modbus::Adu& request, Done done);

  private:
    struct Job {
        const void* owner = nullptr;
        std::optional<modbus::Adu> request;  ///< nothing: open
        Done done;
    };
    struct Free {
        void operator()(_modbus* context) const;
    };

    LibmodbusBus(_modbus* context, std::string name, bool serial, Duration gap, Post post);
    void push(Job job);
    void work();
    Answer serve(const Job& job);
    Answer open_line();
    Answer exchange(const modbus::Adu& request);
    Answer trouble(const char* doing);

    std::unique_ptr<_modbus, Free> context_;
    std::string name_;
    bool serial_;
    Duration gap_;
    Post post_;
    bool open_ = false;  // of the worker alone
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> jobs_;
    bool stop_ = false;
    std::thread worker_;  // the last one: it uses the rest
};

}  // namespace islandbench::links
