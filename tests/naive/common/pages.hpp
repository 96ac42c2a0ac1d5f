// Pages and table entries of the small languages, and the tables that their kernels begin with.
#pragma once

#include <array>
#include <compare>
#include <cstdint>

namespace shootdown::naive {

// A table entry: the page it points to and its bits. What these are is the machine's; 0: none.
struct Pte {
  std::uint8_t page = 0;
  std::uint8_t bits = 0;
  friend auto operator<=>(const Pte&, const Pte&) = default;
};

struct Page {
  const char* name;
  unsigned level;  // of its entries: 1 the lowest; 0: data
};

inline constexpr unsigned kSlots = 2;

// Two tables that each have page tables below them, the page tables, and data.
struct Places {
  std::uint8_t above_a, above_b, ta, tb, tx, f0, f1, f2;
};
// Both address spaces have both pages, on their own tables. TX belongs to nobody unless the pages are split: then it is
// the second page table of both. Every entry has `bits`.
template <class Tables>
Tables two_spaces(const Places& at, bool split, std::uint8_t bits) {
  Tables tables{};
  const auto set = [&](std::uint8_t table, unsigned slot, std::uint8_t page) { tables[table][slot] = Pte{page, bits}; };
  set(at.above_a, 0, at.ta);
  set(at.above_b, 0, at.tb);
  set(at.ta, 0, at.f0);
  set(at.tb, 0, at.f1);
  set(at.tx, 0, at.f2);
  if (split) {
    set(at.above_a, 1, at.tx);
    set(at.above_b, 1, at.tx);
  } else {
    set(at.ta, 1, at.f1);
    set(at.tb, 1, at.f0);
    set(at.tx, 1, at.f2);
  }
  return tables;
}

// An operation of which nothing is said but what kind it is of.
template <class Op>
Op op_of_kind(decltype(Op::kind) kind) {
  Op op;
  op.kind = kind;
  return op;
}

}  // namespace shootdown::naive
