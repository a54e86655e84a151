#include "daemon/store/file_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <thread>

#include "daemon/fault.h"
#include "tests/unit/daemon/temporary_folder.h"

namespace pgpacs::store {
namespace {

namespace fs = std::filesystem;
using dicom::FaultCode;

class file_store : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
  fs::path root_ = folder_.path();
  FileStore store_{7, root_};

  // Where the file of an id lies, by its rule: ROOT/ab/cd/abcd….dcm.
  fs::path path_of(const std::string& id) const {
    return root_ / id.substr(0, 2) / id.substr(2, 2) / (id + ".dcm");
  }

  std::set<std::string> files() const {
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(root_))
      if (!entry.is_directory()) all.insert(fs::relative(entry.path(), root_).string());
    return all;
  }

  std::string read(const std::string& id) const {
    const Descriptor file = store_.open(id);
    char bytes[64];
    const ssize_t size = ::read(file.get(), bytes, sizeof bytes);
    return std::string(bytes, static_cast<std::size_t>(size));
  }

  // Writes, places and keeps; gives the id.
  std::string keep(std::string_view content) {
    IncomingFile file = store_.receive();
    file.write(dicom::as_bytes(content));
    file.place();
    file.keep();
    return file.id().text();
  }
};

template <typename Work>
FaultCode failure_in(Work&& work) {
  try {
    work();
  } catch (const Failure& failure) {
    return failure.code;
  }
  ADD_FAILURE() << "no failure";
  return FaultCode::bad_value;
}

void write_file(const fs::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(file_store, keeps_a_file_that_was_placed_and_kept) {
  const std::string id = keep("data set");
  EXPECT_EQ(read(id), "data set");
  EXPECT_EQ(files(), std::set<std::string>{fs::relative(path_of(id), root_).string()});
}

TEST_F(file_store, names_files_by_a_random_id) {
  std::set<std::string> ids;
  for (int i = 0; i < 10; ++i) ids.insert(keep("the same content"));
  EXPECT_EQ(ids.size(), 10u);
  EXPECT_EQ(files().size(), 10u);
  for (const std::string& id : ids) {
    ASSERT_EQ(id.size(), 36u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdef-"), id.npos);
    EXPECT_EQ(read(id), "the same content");
  }
}

TEST_F(file_store, shows_nothing_of_a_file_that_is_not_placed) {
  IncomingFile file = store_.receive();
  file.write(dicom::as_bytes("data set"));
  EXPECT_EQ(failure_in([&] { store_.open(file.id().text()); }), FaultCode::file_missing);
  EXPECT_EQ(files(), std::set<std::string>{"incoming/" + file.id().text()});
}

TEST_F(file_store, leaves_nothing_of_a_file_that_is_let_go) {
  { IncomingFile file = store_.receive(); }
  EXPECT_TRUE(files().empty());
  {
    IncomingFile file = store_.receive();
    file.write(dicom::as_bytes("data set"));
  }
  EXPECT_TRUE(files().empty());
  {
    IncomingFile file = store_.receive();
    file.place();
    EXPECT_EQ(files().size(), 1u);
  }
  EXPECT_TRUE(files().empty());
  {
    IncomingFile file = store_.receive();
    file.place();
    file.keep();
    file.let_go();
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(file_store, removes_no_file_but_its_own) {
  const std::string kept = keep("kept");
  {
    IncomingFile file = store_.receive();
    file.place();
  }
  EXPECT_EQ(read(kept), "kept");
}

TEST_F(file_store, never_replaces_a_file) {
  std::string id;
  {
    IncomingFile file = store_.receive();
    id = file.id().text();
    file.write(dicom::as_bytes("second"));
    write_file(path_of(id), "first");
    EXPECT_EQ(failure_in([&] { file.place(); }), FaultCode::out_of_resources);
    EXPECT_EQ(read(id), "first");
  }
  EXPECT_EQ(read(id), "first");
  EXPECT_EQ(files().size(), 1u);
}

TEST_F(file_store, counts_what_was_written) {
  IncomingFile file = store_.receive();
  EXPECT_EQ(file.size(), 0u);
  const std::string large(9 << 20, 'x');  // more than one step of writing back
  for (const std::string_view part :
       {std::string_view("ab"), std::string_view(), std::string_view(large), std::string_view("c")})
    file.write(dicom::as_bytes(part));
  EXPECT_EQ(file.size(), large.size() + 3);
  file.place();
  EXPECT_EQ(read_file(path_of(file.id().text())), "ab" + large + "c");
}

TEST_F(file_store, is_for_its_owner_alone) {
  const std::string id = keep("data set");
  constexpr auto others = fs::perms::group_all | fs::perms::others_all;
  for (const fs::path& path :
       {path_of(id), path_of(id).parent_path(), path_of(id).parent_path().parent_path(), root_ / "incoming"})
    EXPECT_EQ(fs::status(path).permissions() & others, fs::perms::none) << path;
}

TEST_F(file_store, has_two_levels_of_folders_that_receipts_share_for_a_while) {
  std::set<std::string> folders;
  for (int i = 0; i < 1024; ++i) folders.insert(store_.receive().id().text().substr(0, 4));
  EXPECT_EQ(folders.size(), 1u);
  // The next one is of 65,536.
  for (int i = 0; i < 3 * 1024; ++i) folders.insert(store_.receive().id().text().substr(0, 4));
  EXPECT_GT(folders.size(), 1u);
}

TEST_F(file_store, takes_files_from_many_threads) {
  std::vector<std::thread> threads;
  std::array<std::string, 4> ids;
  for (std::size_t i = 0; i < ids.size(); ++i)
    threads.emplace_back([&, i] { ids[i] = keep(std::to_string(i)); });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(read(ids[i]), std::to_string(i));
}

TEST_F(file_store, is_out_of_resources_where_a_file_cannot_grow) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto old = ::signal(SIGXFSZ, SIG_IGN);
  {
    IncomingFile file = store_.receive();
    const rlimit small{100, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    EXPECT_EQ(failure_in([&] { file.write(dicom::as_bytes(std::string(200, 'x'))), file.place(); }),
              FaultCode::out_of_resources);
    ::setrlimit(RLIMIT_FSIZE, &before);
  }
  ::signal(SIGXFSZ, old);
  EXPECT_TRUE(files().empty());
}

TEST_F(file_store, begins_nothing_where_only_the_reserve_is_free) {
  FileStore full(7, root_, {.reserve = std::numeric_limits<std::uint64_t>::max()});
  EXPECT_EQ(failure_in([&] { full.receive(); }), FaultCode::out_of_resources);
  EXPECT_TRUE(files().empty());
}

TEST_F(file_store, stops_writing_at_the_reserve) {
  FileStore store(7, root_, {.reserve = fs::space(root_).available - (32 << 20)});
  {
    IncomingFile file = store.receive();
    const std::string piece(1 << 20, 'x');
    const auto write = [&] {
      for (int i = 0; i < 512; ++i) file.write(dicom::as_bytes(piece));
    };
    EXPECT_EQ(failure_in(write), FaultCode::out_of_resources);
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(file_store, takes_no_object_beyond_the_bound) {
  FileStore store(7, root_, {.object_bytes = 100});
  {
    IncomingFile file = store.receive();
    file.write(dicom::as_bytes(std::string(60, 'x')));
    file.write(dicom::as_bytes(std::string(40, 'x')));
    EXPECT_EQ(failure_in([&] { file.write(dicom::as_bytes("x")); }), FaultCode::too_large);
    EXPECT_EQ(file.size(), 100u);
  }
  EXPECT_TRUE(files().empty());
}

TEST_F(file_store, is_out_of_resources_without_its_folder) {
  EXPECT_EQ(failure_in([&] { FileStore(1, root_ / "absent"); }), FaultCode::out_of_resources);
  write_file(root_ / "file", "");
  EXPECT_EQ(failure_in([&] { FileStore(1, root_ / "file"); }), FaultCode::out_of_resources);
}

TEST_F(file_store, opens_nothing_but_files_of_its_own) {
  const std::string id = keep("data set");
  write_file(root_ / "outside.dcm", "outside");
  fs::create_directories(root_ / "12" / "34");
  const std::string link = "12345678-0000-0000-0000-000000000000";
  fs::create_symlink(path_of(id), path_of(link));
  const std::string others[] = {"",
                                "a",
                                "ab",
                                "abc",
                                "abcd",
                                id.substr(0, 35),
                                id + "0",
                                std::string(36, '0'),
                                "../../outside",
                                "....//" + id,
                                link,
                                std::string("\0\0\0\0", 4),
                                "../" + id,
                                id.substr(0, 4) + "/../../../outside"};
  for (const std::string& other : others)
    EXPECT_EQ(failure_in([&] { store_.open(other); }), FaultCode::file_missing) << other;
}

// Or the file would be taken for one that is lost.
TEST_F(file_store, is_out_of_resources_without_descriptors) {
  const std::string id = keep("data set");
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none{0, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none);
  const FaultCode code = failure_in([&] { store_.open(id); });
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(code, FaultCode::out_of_resources);
}

TEST_F(file_store, opens_an_existing_store_again) {
  const std::string id = keep("data set");
  FileStore again(8, root_);
  EXPECT_EQ(again.id(), 8);
  EXPECT_TRUE(again.open(id));
}

TEST_F(file_store, sweeps_what_receipts_left_more_than_an_hour_ago) {
  const auto put = [&](const char* name, std::chrono::minutes age) {
    write_file(root_ / "incoming" / name, "rest");
    fs::last_write_time(root_ / "incoming" / name, fs::file_time_type::clock::now() - age);
  };
  put("old", std::chrono::minutes(61));
  put("older", std::chrono::minutes(6000));
  put("new", std::chrono::minutes(59));
  const std::string kept = keep("data set");
  fs::last_write_time(path_of(kept), fs::file_time_type::clock::now() - std::chrono::hours(1000));
  EXPECT_EQ(store_.sweep_incoming(), 2u);
  EXPECT_EQ(files(), (std::set<std::string>{"incoming/new", fs::relative(path_of(kept), root_).string()}));
  EXPECT_EQ(store_.sweep_incoming(), 0u);
}

TEST_F(file_store, knows_an_id_by_its_text_and_no_other_text) {
  const std::string id = keep("data set");
  ASSERT_TRUE(parse_file_id(id));
  EXPECT_EQ(parse_file_id(id)->text(), id);
  std::string capital = "abcdef01-2345-6789-abcd-ef0123456789";
  EXPECT_TRUE(parse_file_id(capital));
  capital[0] = 'A';
  const std::string others[] = {"",
                                "x",
                                id + "0",
                                id.substr(1),
                                capital,
                                "abcdef012-345-6789-abcd-ef0123456789",
                                "abcdef0102345067890abcd0ef0123456789",
                                std::string(36, '-')};
  for (const std::string& other : others) EXPECT_FALSE(parse_file_id(other)) << other;
}

TEST_F(file_store, gives_each_receipt_a_later_moment) {
  db::Moment last = 0;
  for (int i = 0; i < 1000; ++i) {
    const db::Moment moment = store_.next_moment();
    EXPECT_GT(moment, last);
    last = moment;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LT(std::abs(std::chrono::duration_cast<std::chrono::seconds>(now).count() - last / 1'000'000), 5);
}

TEST_F(file_store, is_served_by_many_or_rebuilt_by_one) {
  const FileStore other(7, root_);
  store_.hold_for_serving();
  other.hold_for_serving();
  EXPECT_EQ(failure_in([&] { other.hold_for_rebuild(); }), FaultCode::out_of_resources);
  {
    const FileStore third(7, root_);
    EXPECT_EQ(failure_in([&] { third.hold_for_rebuild(); }), FaultCode::out_of_resources);
  }
  test::TemporaryFolder folder;
  const FileStore one(7, folder.path());
  const FileStore two(7, folder.path());
  one.hold_for_rebuild();
  EXPECT_EQ(failure_in([&] { two.hold_for_serving(); }), FaultCode::out_of_resources);
  EXPECT_EQ(failure_in([&] { two.hold_for_rebuild(); }), FaultCode::out_of_resources);
}

TEST_F(file_store, writes_over_what_is_there_and_keeps_the_size) {
  IncomingFile file = store_.receive();
  file.write(dicom::as_bytes("0123456789"));
  file.write_over(2, dicom::as_bytes("ab"));
  file.place();
  file.write_over(4, dicom::as_bytes("cd"));
  file.sync_again();
  file.keep();
  EXPECT_EQ(file.size(), 10u);
  std::ifstream placed(path_of(file.id().text()));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(placed), {}), "01abcd6789");
}

}  // namespace
}  // namespace pgpacs::store
