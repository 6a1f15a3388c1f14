# protocol/, ledger/, lmdb_store/, valkey_store/, the tool, the unit tests, the
# benchmarks' clients and the fuzzers: none of them needs nginx.
#
#     make -f dev.d/lib/units.mk OUT=FOLDER CFLAGS=FLAGS TARGET...

.RECIPEPREFIX = >
.SECONDARY:
.PHONY: tool tests bench fuzzers fuzz_objects objects

MAIN = $(wildcard tool/*.c)
SRCS = $(wildcard protocol/*.c ledger/*.c lmdb_store/*.c valkey_store/*.c)
OBJS = $(SRCS:%.c=$(OUT)/%.o)
FUZZERS = $(patsubst t/fuzz/%.c,$(OUT)/fuzz/%,$(wildcard t/fuzz/*.c))
BENCH = $(patsubst t/bench/%.c,$(OUT)/bench/%,$(wildcard t/bench/*.c))
TESTS = $(patsubst t/unit/%.c,$(OUT)/unit/%,$(wildcard t/unit/*.c))
LIBS = -llmdb -ljansson -lqrencode -lz -lssl -lcrypto -lpthread

tool: $(OUT)/whatsauth-store
tests: $(TESTS)
bench: $(BENCH)
fuzzers: $(FUZZERS)
fuzz_objects: $(patsubst %.c,$(OUT)/%.o,$(wildcard t/fuzz/*.c))
objects: $(OBJS)

$(OUT)/whatsauth-store: $(MAIN:%.c=$(OUT)/%.o) $(OUT)/units.a
> $(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/unit/%: $(OUT)/t/unit/%.o $(OUT)/units.a
> @mkdir -p $(@D)
> $(CC) $(CFLAGS) -o $@ $^ -lcmocka $(LIBS)

$(OUT)/bench/%: $(OUT)/t/bench/%.o $(OUT)/units.a
> @mkdir -p $(@D)
> $(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/fuzz/%: $(OUT)/t/fuzz/%.o $(OUT)/units.a
> @mkdir -p $(@D)
> $(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(OUT)/units.a: $(OBJS) $(OUT)/scripts.o
> rm -f $@
> $(AR) rc $@ $^

$(OUT)/scripts.c: embed.sh $(wildcard valkey_store/*.sh valkey_store/*.lua)
> @mkdir -p $(@D)
> valkey_store/embed.sh >$@.new && mv $@.new $@

$(OUT)/scripts.o: $(OUT)/scripts.c valkey_store/script.h
> $(CC) -std=gnu11 $(CFLAGS) -I. -c -o $@ $<

$(OUT)/%.o: %.c
> @mkdir -p $(@D)
> $(CC) -std=gnu11 $(CFLAGS) -I. -MMD -MP -c -o $@ $<

-include $(shell find $(OUT) -name '*.d')
