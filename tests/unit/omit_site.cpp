// Selectors: what an option may say, and that a site's own words select it.
#include "omit/site.hpp"

#include <gtest/gtest.h>

namespace shootdown::omit {
namespace {

TEST(Site, ItsSelectorReadsBackAsItself) {
  const Site site{Kind::Guard, "preempt", {{"kit/preempt.h", 48, "preempt_disable", true}, {"a.c", 7, "f", false}}};
  const std::string text = selector_text(site);
  EXPECT_EQ(text, "preempt@@kit/preempt.h:48@a.c:7");
  const Result<Selector> selector = parse_selector(text);
  ASSERT_TRUE(selector.ok());
  EXPECT_TRUE(selector.value().exact);
  EXPECT_EQ(selector.value().what, "preempt");
  ASSERT_EQ(selector.value().lines.size(), 2u);
  EXPECT_EQ(selector.value().lines[1], (Selector::Line{"a.c", 7}));
  EXPECT_EQ(to_text(selector.value()), text);
}

TEST(Site, ShortFormsAreOneLine) {
  EXPECT_TRUE(parse_selector("a.c:7").ok());
  EXPECT_EQ(parse_selector("cli@a.c:7").value().what, "cli");
  EXPECT_FALSE(parse_selector("cli@a.c:7").value().exact);
  for (const char* wrong : {"", "a.c", "a.c:", "a.c:0", "a.c:x", ":7", "@a.c:7", "cli@a.c:7@b.c:8", "cli@@"})
    EXPECT_FALSE(parse_selector(wrong).ok()) << wrong;
}

TEST(Site, NamesAreOneWord) { EXPECT_EQ(selector_word("MOV to CR3"), "mov-to-cr3"); }

TEST(Site, AFileIsNamedByItsEndAtASlash) {
  EXPECT_TRUE(ends_in("/x/kit/preempt.h", "preempt.h"));
  EXPECT_TRUE(ends_in("/x/kit/preempt.h", "kit/preempt.h"));
  EXPECT_FALSE(ends_in("/x/kit/preempt.h", "empt.h"));
}

}  // namespace
}  // namespace shootdown::omit
