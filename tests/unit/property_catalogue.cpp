// The catalogue and the classes agree.
#include "property/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "property/property.hpp"

namespace shootdown::property {
namespace {

TEST(Catalogue, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (const Entry& entry : kCatalogue) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    ASSERT_NE(find(entry.name), nullptr);
    EXPECT_EQ(find(entry.name)->title, entry.title);
    EXPECT_EQ(kCatalogue[index_of(entry.name)].name, entry.name);
    EXPECT_FALSE(entry.title.empty() || entry.meaning.empty());
  }
  EXPECT_EQ(find("no-such-property"), nullptr);
  EXPECT_EQ(index_of("no-such-property"), kCatalogue.size());
}

TEST(Catalogue, TheClassesStandInItsOrder) {
  std::size_t last = 0;
  for (const auto& property : make_properties()) {
    const std::size_t index = index_of(property->name());
    ASSERT_LT(index, kCatalogue.size()) << property->name();
    EXPECT_TRUE(last == 0 || index > last) << property->name();
    // It is judged at every change of a TLB, whatever the code is about.
    EXPECT_EQ(any_code_evaluates(property->name()), property->name() == "break-before-make");
    last = index;
  }
}

TEST(Catalogue, OnlyLivelockHasToBeAskedFor) {
  for (const Entry& entry : kCatalogue) EXPECT_EQ(by_default(entry.name), entry.name != "livelock");
}

TEST(Words, NumbersAndAccesses) {
  EXPECT_EQ(hexadecimal(0), "0x0");
  EXPECT_EQ(hexadecimal(0xffff'8000'0000'0000), "0xffff800000000000");
  machine::Access access;
  access.va = 0x5000;
  access.user = true;
  access.kind = machine::AccessKind::Store;
  EXPECT_EQ(describe(access), "user store to 0x5000");
  access.user = false;
  access.kind = machine::AccessKind::Fetch;
  EXPECT_EQ(describe(access), "kernel fetch from 0x5000");
}

}  // namespace
}  // namespace shootdown::property
