// What lowered C and C++ compute. Expectations are constant expressions, which clang folds itself: the same expression
// is computed once by the compiler and once, on values it cannot know, by the lowered program.
#include <gtest/gtest.h>

#include "frontend_runner.hpp"

namespace shootdown::test {
namespace {

const char* const kPrelude = R"(
#include <shootdown/scenario.h>
#define NOINLINE __attribute__((noinline))
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned u32; typedef unsigned long long u64;
typedef signed char s8; typedef short s16; typedef int s32; typedef long long s64;
)";

struct Configuration {
  std::string optimisation;
  frontend::Target target;
};

class Compute : public testing::TestWithParam<Configuration> {
 protected:
  void expect_runs(const std::string& text, const std::string& ending = ".c") {
    const SourceFile file(kPrelude + text, ending);
    auto compiled = frontend::compile(request_for(file, GetParam().optimisation, GetParam().target));
    ASSERT_TRUE(compiled.ok()) << compiled.error().line << ": " << compiled.error().message;
    Runner runner(compiled.value().program);
    EXPECT_EQ(runner.run(), "");
    EXPECT_FALSE(runner.operated().empty());
  }
  [[nodiscard]] bool is_32_bit() const {
    return GetParam().target == frontend::Target::I386 || GetParam().target == frontend::Target::Armv5;
  }
};

TEST_P(Compute, IntegersOfEveryWidth) {
  std::string text = "SCENARIO {\n";
  for (const char* type : {"u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64"}) {
    const std::string t = type;
    for (const char* operation : {"+", "-", "*", "/", "%", "&", "|", "^", "<", "<=", ">", ">=", "==", "!="})
      for (const char* pair : {"100,7", "3,90", "-77,5", "-1,-2", "0x7f,0x11", "(s64)0x8000000000000001,3"}) {
        const std::string p = pair;
        const std::string a = p.substr(0, p.find(',')), b = p.substr(p.find(',') + 1);
        text += "{ volatile " + t + " x = (" + t + ")" + a + ", y = (" + t + ")" + b + "; sd_assert((" + t + ")(x " +
                operation + " y) == (" + t + ")((" + t + ")" + a + " " + operation + " (" + t + ")" + b + ")); }\n";
      }
    for (const char* operation : {"<<", ">>"})
      text += "{ volatile " + t + " x = (" + t + ")-75, y = 3; sd_assert((" + t + ")(x " + operation + " y) == (" + t +
              ")((" + t + ")-75 " + operation + " 3)); }\n";
  }
  expect_runs(text + "}\n");
}

TEST_P(Compute, WideIntegers) {
  if (is_32_bit()) GTEST_SKIP() << "no __int128";
  expect_runs(R"(
typedef unsigned __int128 w; typedef __int128 sw;
NOINLINE w mix(w a, w b) { return a * b + (a >> 3) - (b << 5) + (a < b) + (w)((sw)a / 7) % 1000003; }
struct wide { w v; char c; } global = { ((w)5 << 64) | 9, 3 };
SCENARIO {
  volatile u64 h = 0x123456789abcdef0ull, l = 77;
  w a = ((w)h << 64) | l;
  sd_assert((u64)(a >> 64) == 0x123456789abcdef0ull && (u64)a == 77);
  sd_assert((u64)(a * 3) == 231);
  sd_assert((u64)((a * a) >> 64) == (u64)(((((w)0x123456789abcdef0ull << 64) | 77) * (((w)0x123456789abcdef0ull << 64) | 77)) >> 64));
  global.v += a;
  sd_assert((u64)(global.v >> 64) == 0x123456789abcdef5ull && (u64)global.v == 86 && global.c == 3);
  sd_assert(mix(a, 3) == mix(((w)h << 64) + l, (w)(l - 74)));
  sd_assert((u64)((sw)-a >> 100) == (u64)((sw)-((((w)0x123456789abcdef0ull) << 64) | 77) >> 100));
  w expected = 86 + ((w)0x123456789abcdef5ull << 64);
  sd_assert(__sync_bool_compare_and_swap(&global.v, expected, 1) && global.v == 1);
}
)");
}

TEST_P(Compute, BitFieldsAndOddWidths) {
  expect_runs(R"(
struct bits { u32 a : 3; u64 b : 45; u32 c : 24; s32 d : 17; _Bool e : 1; } g = { 5, 0x123456789abull, 0xabcdef, -5, 1 };
struct three { u8 x[3]; } t = { { 1, 2, 3 } };
SCENARIO {
  volatile int k = 1;
  sd_assert(g.a == 5 && g.b == 0x123456789abull && g.c == 0xabcdef && g.d == -5 && g.e);
  g.b += (u64)k; g.a += 4; g.c = (u32)k; g.d = -k; g.e = !k;
  sd_assert(g.a == 1 && g.b == 0x123456789acull && g.c == 1 && g.d == -1 && !g.e);
  struct three u = t; u.x[k] = 9; t = u;
  sd_assert(t.x[0] == 1 && t.x[1] == 9 && t.x[2] == 3);
}
)");
}

TEST_P(Compute, StructuresArraysAndPointers) {
  expect_runs(R"(
struct node { struct node *next; int value; const char *name; int (*get)(struct node *); };
static int get(struct node *n) { return n->value; }
static struct node third = { 0, 30, "third", get }, second = { &third, 20, &"xsecond"[1], get };
static struct node first = { &second, 10, "first", get };
static int *into = &third.value, table[4][5];
static unsigned long distance = (unsigned long)&third.value;
struct big { long a[9]; }; struct pair { int a, b; }; struct mixed { char c; u64 l; short s; };
NOINLINE struct big make(long k) { struct big b; for (int i = 0; i < 9; i++) b.a[i] = k * i; return b; }
NOINLINE long sum(struct big b) { long s = 0; for (int i = 0; i < 9; i++) { s += b.a[i]; b.a[i] = 0; } return s; }
NOINLINE struct pair turn(struct pair p) { return (struct pair){ p.b, p.a }; }
NOINLINE struct mixed grow(struct mixed m, int k) { m.l += (u64)k; m.s = (short)(m.s - k); return m; }
SCENARIO {
  volatile int k = 3;
  int total = 0;
  for (struct node *n = &first; n; n = n->next) total += n->get(n);
  sd_assert(total == 60 && *into == 30 && first.next->name[1] == 'e' && distance == (unsigned long)into);
  struct big b = make(k);
  sd_assert(sum(b) == 108 && b.a[8] == 24);
  struct pair p = turn((struct pair){ k, 8 });
  sd_assert(p.a == 8 && p.b == 3);
  struct mixed m = grow((struct mixed){ 'x', 1ull << 40, 5 }, k);
  sd_assert(m.c == 'x' && m.l == (1ull << 40) + 3 && m.s == 2);
  table[k][k + 1] = 7;
  sd_assert((&table[0][0])[k * 5 + 4] == 7 && &table[k][1] - &table[1][k] == 8);
  char *at = (char *)&b + k * (int)sizeof(long);
  sd_assert(*(long *)at == 9 && (unsigned long)at - (unsigned long)&b == sizeof(long) * 3);
}
)");
}

TEST_P(Compute, ControlFlow) {
  expect_runs(R"(
NOINLINE int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
NOINLINE u32 swaps(u32 n) { u32 a = 1, b = 2, c = 3; while (n--) { u32 t = a; a = b; b = c; c = t; sd_progress(); } return a * 100 + b * 10 + c; }
NOINLINE int pick(u64 v) { switch (v) { case 1: return 10; case 2: case 3: return 20; case 0x100000000ull: return 30; case 1000 ... 1003: return 40; default: return -1; } }
NOINLINE int go(int n) { static void *where[] = { &&zero, &&one, &&two }; goto *where[n]; zero: return 5; one: n += 10; two: return n; }
NOINLINE int odd(int n); NOINLINE int even(int n) { return n == 0 ? 1 : odd(n - 1); } NOINLINE int odd(int n) { return n == 0 ? 0 : even(n - 1); }
static int add(int a, int b) { return a + b; } static int mul(int a, int b) { return a * b; }
NOINLINE int apply(int (*f)(int, int), int a, int b) { return f(a, b); }
SCENARIO {
  volatile int k = 10;
  sd_assert(fib(k) == 55);
  sd_assert(swaps((u32)k) == 231 && swaps(2) == 312);
  sd_assert(pick((u64)k) == -1 && pick(3) == 20 && pick(0x100000000ull) == 30 && pick(1002) == 40 && pick(1) == 10);
  sd_assert(go(k - 10) == 5 && go(k - 9) == 11 && go(k - 8) == 2);
  sd_assert(even(k) && !odd(k));
  sd_assert(apply(k > 5 ? add : mul, 3, 4) == 7 && apply(k > 50 ? add : mul, 3, 4) == 12);
  int s = 0; for (int i = 0; i < k; i++) { if (i == 3) continue; if (i == 8) break; for (int j = i; j; j--) s += j; }
  sd_assert(s == 78);
}
)");
}

TEST_P(Compute, MemoryFunctionsAndDynamicStack) {
  expect_runs(R"(
void *memcpy(void *, const void *, unsigned long); void *memset(void *, int, unsigned long); void *memmove(void *, const void *, unsigned long);
static char a[64], b[64];
SCENARIO {
  volatile unsigned long n = 20; volatile int c = 0x1ab;
  for (int i = 0; i < 64; i++) a[i] = (char)i;
  sd_assert(memcpy(b, a + 2, n) == b && b[0] == 2 && b[19] == 21 && b[20] == 0);
  sd_assert(memmove(a + 1, a, n) == a + 1 && a[1] == 0 && a[20] == 19);
  memset(b + 3, c, n); __builtin_memset(a, 0, sizeof a);
  sd_assert((u8)b[3] == 0xab && (u8)b[22] == 0xab && b[23] == 0 && a[33] == 0);
  for (unsigned r = 1; r < 4; r++) { int v[n + r]; v[n] = (int)r; int *p = __builtin_alloca(n); p[1] = 3; sd_assert(v[n] + p[1] == (int)r + 3); }
  struct { char c __attribute__((aligned(64))); } wide; wide.c = 1; sd_assert(((unsigned long)&wide & 63) == 0 && wide.c == 1);
}
)");
}

TEST_P(Compute, Atomics) {
  expect_runs(R"(
#define SC __ATOMIC_SEQ_CST
static u32 w = 5; static u64 q = 1ull << 40; static u8 b = 250; static int s = -3; static void *p = &w;
SCENARIO {
  volatile u32 k = 7;
  sd_assert(__atomic_fetch_add(&w, k, SC) == 5 && __atomic_sub_fetch(&w, 2, __ATOMIC_RELAXED) == 10);
  sd_assert(__atomic_fetch_or(&w, 1, SC) == 10 && __atomic_and_fetch(&w, 9, SC) == 9 && __atomic_fetch_xor(&w, 3, SC) == 9 && w == 10);
  sd_assert(__atomic_fetch_nand(&w, 2, SC) == 10 && w == ~2u);
  sd_assert(__atomic_fetch_min(&s, -9, SC) == -3 && __atomic_fetch_max(&s, (int)k, SC) == -9 && s == 7);
  sd_assert(__atomic_add_fetch(&b, 10, SC) == 4);
  sd_assert(__atomic_fetch_add(&q, 1, SC) == 1ull << 40 && __atomic_load_n(&q, __ATOMIC_ACQUIRE) == (1ull << 40) + 1);
  u64 expected = 4; sd_assert(!__atomic_compare_exchange_n(&q, &expected, 9, 1, SC, __ATOMIC_RELAXED) && expected == (1ull << 40) + 1);
  sd_assert(__atomic_compare_exchange_n(&q, &expected, 9, 0, SC, SC) && q == 9);
  sd_assert(__atomic_exchange_n(&p, (void *)&q, SC) == &w && p == &q);
  __atomic_thread_fence(SC); __atomic_signal_fence(SC);
}
)");
}

TEST_P(Compute, Intrinsics) {
  expect_runs(R"(
SCENARIO {
  volatile u32 x = 0x00f0a500; volatile u64 y = 0x0123456789abcdefull; volatile int n = -5; u32 r; int o; volatile u32 big = 0xfffffff0u;
  sd_assert(__builtin_popcount(x) == __builtin_popcount(0x00f0a500) && __builtin_clz(x) == 8 && __builtin_ctz(x) == 8 && __builtin_ctzll(y) == 0);
  sd_assert(__builtin_bswap32(x) == 0x00a5f000 && __builtin_bswap64(y) == 0xefcdab8967452301ull && __builtin_bitreverse32(x) == __builtin_bitreverse32(0x00f0a500u));
  sd_assert(((y << 13) | (y >> 51)) == ((0x0123456789abcdefull << 13) | (0x0123456789abcdefull >> 51)) && __builtin_rotateright32(x, 5) == __builtin_rotateright32(0x00f0a500u, 5));
  sd_assert(__builtin_abs(n) == 5 && (n < 3 ? n : 3) == -5 && (x > 7 ? x : 7) == 0x00f0a500);
  sd_assert(__builtin_add_overflow(big, 0x20u, &r) && r == 0x10 && !__builtin_sub_overflow(big, 0x20u, &r) && __builtin_mul_overflow(n, 0x7fffffff, &o));
  sd_assert(__builtin_expect(n == -5, 1) && __builtin_ffs((int)x) == 9 && __builtin_parity(x) == 0);
  sd_assert(__builtin_elementwise_add_sat(big, (u32)0x20) == 0xffffffffu && __builtin_elementwise_sub_sat(x, big) == 0);
  __builtin_prefetch((void *)&x); __builtin_assume(n < 0); sd_assert(!__builtin_constant_p(n));
}
)");
}

TEST_P(Compute, PerCpuAndAliases) {
  expect_runs(R"(
#ifdef __x86_64__
#define SEG __seg_gs
#elif defined __i386__
#define SEG __seg_fs
#else
#define SEG __attribute__((address_space(256)))
#endif
__attribute__((section(".data..percpu"))) u32 counter = 4; __attribute__((section(".data..percpu..read_mostly"))) u32 other = 40;
#define this(v) (*(u32 SEG *)(unsigned long)&v)
int real = 3; extern int same __attribute__((alias("real")));
static int body(int x) { return x + 1; } int call_me(int) __attribute__((alias("body")));
extern char missing __attribute__((weak));
SCENARIO {
  sd_assert(this(counter) == 4); this(counter) += 2; this(other) = this(counter) + 1;
  sd_assert(this(counter) == 6 && this(other) == 7 && same == 3 && call_me(4) == 5 && &missing == 0);
}
)");
}

TEST_P(Compute, Cxx) {
  expect_runs(R"(
namespace mm {
struct Base { virtual int f(int) = 0; int z = 3; };
struct Derived : Base { int f(int x) override { return x + z; } };
template <class T> struct Guard { T &v; explicit Guard(T &t) : v(t) { v++; } ~Guard() { v--; } };
struct Init { int a; explicit Init(int x) : a(x) { next = next * 10 + x; } ~Init() { a = 0; } static int next; };
int Init::next; Init last(3); [[gnu::init_priority(300)]] Init second(2); [[gnu::init_priority(200)]] Init first(1);
int count; Derived d; Base *b = &d;
int lazy() { static Init once(7); return once.a; }
NOINLINE int use(Base &base) { Guard<int> g(count); return base.f(4) * 10 + count; }
}
SCENARIO {
  sd_assert(mm::Init::next == 123 && mm::use(*mm::b) == 71 && mm::count == 0 && mm::lazy() + mm::lazy() == 14);
  auto add = [&](int i) { return i + mm::count; }; sd_assert(add(2) == 2);
  int (mm::Base::*member)(int) = &mm::Base::f; sd_assert((mm::b->*member)(1) == 4);
}
)",
              ".cpp");
}

TEST_P(Compute, VariadicCallsThatIgnoreTheRest) {
  expect_runs(R"(
NOINLINE int printk(const char *f, ...) { return f[0]; }
SCENARIO { volatile int k = 3; int (*p)(const char *, ...) = printk; sd_assert(printk("abc %d", k) == 'a' && p("x", 1ull, "y") == 'x'); }
)");
}

TEST_P(Compute, PerCpuVariablesOfTheirOwnType) {
  const std::string text = R"(
#define PER_CPU __attribute__((address_space(256)))
struct state { u32 depth; u64 wide; void *last; };
static __attribute__((section(".data..percpu"))) struct state PER_CPU state = { 3, 0x1122334455667788ull, 0 };
static __attribute__((section(".data..percpu"))) u32 PER_CPU counters[4];
static u32 ordinary = 7;
NOINLINE u32 bump(u32 PER_CPU *at) { return __atomic_add_fetch(at, 5, __ATOMIC_RELAXED); }
SCENARIO {
  volatile int k = 2;
  sd_assert(state.depth == 3 && state.wide == 0x1122334455667788ull && (u8)state.wide == 0x88);
  state.depth += (u32)k; state.last = &ordinary;
  counters[k] = 9;
  sd_assert(bump(&counters[k]) == 14 && bump(&state.depth) == 10 && counters[k] == 14 && counters[k + 1] == 0);
  sd_assert(__atomic_exchange_n(&counters[k], 1, __ATOMIC_SEQ_CST) == 14);
  u32 expected = 1;
  sd_assert(__atomic_compare_exchange_n(&counters[k], &expected, 4, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED) && counters[k] == 4);
  sd_assert(state.last == &ordinary && ordinary == 7);
}
)";
  expect_runs(text);
  expect_runs(text, ".cpp");
}

// What a union shows of a value's bytes is what the same compiler folds; constants laid out in memory have the order
// that loads and stores of this target have.
TEST_P(Compute, BytesInMemory) {
  expect_runs(R"(
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BYTE(i, n) ((n) - 1 - (i))
#else
#define BYTE(i, n) (i)
#endif
union word { u64 v; u32 half[2]; u16 quarter[4]; u8 byte[8]; } w = { 0x0123456789abcdefull };
static const u16 table[] = { 0x0102, 0x0304 }; static u32 array[] = { 0x01020304u, 0x05060708u }; static void *pointer = array;
struct packed { u8 a; u32 b; u16 c; } __attribute__((packed)) p = { 1, 0x02030405u, 0x0607 };
struct fields { u32 high : 5, middle : 20, low : 7; } f = { 17, 0xabcde, 99 };
typedef unsigned _BitInt(24) u24; typedef unsigned _BitInt(56) u56; u24 three = 0x123456; u56 seven = 0x11223344556677ull;
void *memcpy(void *, const void *, unsigned long);
NOINLINE void bump(u24 *a, u56 *b, int by) { *a += by; *b += by; }
SCENARIO {
  volatile int k = 0;
  sd_assert(w.byte[BYTE(k, 8)] == 0xef && w.byte[BYTE(k + 7, 8)] == 0x01 && w.half[BYTE(k, 2)] == 0x89abcdefu && w.quarter[BYTE(k + 1, 4)] == 0x89ab);
  w.byte[BYTE(k + 1, 8)] = 0; sd_assert(w.v == 0x0123456789ab00efull);
  w.v += 0x10; sd_assert(w.byte[BYTE(k, 8)] == 0xff);
  sd_assert(((volatile const u8 *)table)[BYTE(k, 2)] == 2 && ((volatile u8 *)array)[4 + BYTE(k, 4)] == 8 && *(u32 *)pointer == 0x01020304u);
  sd_assert(p.b == 0x02030405u && p.c == 0x0607 && ((volatile u8 *)&p)[1 + BYTE(k, 4)] == 5);
  f.middle += (u32)k + 1; sd_assert(f.high == 17 && f.middle == 0xabcdf && f.low == 99);
  u32 copy; memcpy(&copy, &array[1], 4); sd_assert(copy == 0x05060708u);
  bump(&three, &seven, k + 3);
  sd_assert(three == 0x123459 && seven == 0x1122334455667aull);
  sd_assert(__atomic_add_fetch(&w.v, 1, __ATOMIC_SEQ_CST) == 0x0123456789ab0100ull && w.byte[BYTE(k + 1, 8)] == 1);
}
)");
}

std::vector<Configuration> configurations() {
  std::vector<Configuration> result;
  for (const frontend::Target target : {frontend::Target::X86_64, frontend::Target::I386, frontend::Target::Arm64,
                                        frontend::Target::S390x, frontend::Target::Armv5})
    for (const char* level : {"O0", "O1", "O2"}) result.push_back({level, target});
  return result;
}

std::string configuration_name(const testing::TestParamInfo<Configuration>& instance) {
  constexpr std::array<const char*, 5> kNames{"x86_64", "i386", "arm64", "s390x", "armv5"};
  return instance.param.optimisation + "_" + kNames[static_cast<std::size_t>(instance.param.target)];
}

INSTANTIATE_TEST_SUITE_P(Levels, Compute, testing::ValuesIn(configurations()), configuration_name);

}  // namespace
}  // namespace shootdown::test
