// Many at work, and yet in order where order counts: of two pieces that have to do with the same study,
// patient or UID, the one with the smaller number is over before the other begins its second half. The first
// half of each, which finds out what it has to do with, needs no order.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace pgpacs::reindex {

// What a piece has to do with; empty: with none.
struct Subjects {
  std::string study_instance_uid, patient_id, sop_instance_uid;
  bool share(const Subjects& other) const;
};

class Turns {
 public:
  explicit Turns(std::size_t count) : count_(count) {}

  // One piece of work, over when this goes.
  class Turn {
   public:
    Turn(Turns& turns, std::size_t number) : turns_(&turns), number_(number) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)), number_(other.number_) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

    std::size_t number() const { return number_; }

    // Waits until none before it may have to do with the same. False: all is to stop.
    bool wait(Subjects subjects);

   private:
    Turns* turns_;
    std::size_t number_;
  };

  // The next, in order; nothing where there is none, or all is to stop.
  std::optional<Turn> take();

  void stop();

 private:
  bool is_free(std::size_t number) const;

  const std::size_t count_;
  std::size_t next_ = 0;
  bool is_stopped_ = false;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, std::optional<Subjects>> under_way_;  // nothing: not known yet
};

}  // namespace pgpacs::reindex
