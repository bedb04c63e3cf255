/*
 * A memory of what has ended, which every request asks: reading takes no lock. One table with open addressing, behind a
 * filter, 32 times smaller, which tells nearly always that a key is not there: large tables are not in caches.
 *
 * A larger table replaces a full one. The old one's pages are given back, but its addresses stay reserved: a thread
 * that still reads there finds nothing, notices that the table has changed, and begins again.
 */
#define _GNU_SOURCE
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { FEWEST_SLOTS = 256 };

struct slot {
    _Atomic uint64_t key;   /* 0: free */
    _Atomic uint64_t times; /* before, until */
};

struct table {
    struct slot *slots;
    _Atomic uint64_t *filter; /* behind the slots; a word for each 16 of them, with some bits of their keys */
    size_t count;             /* a power of two */
    struct table *next;
};

struct platform_endings {
    struct table *_Atomic table;
    _Atomic uint64_t changes;
    /* What was created up to then has ended: the latest `before` of the entries that had to make room, or later. */
    _Atomic uint32_t floor;
    /* Guarded by the lock. */
    size_t used, most;
    bool keeps_all;
    uint32_t full_until;
    struct table *idle;
};

static uint64_t pack(uint32_t before, uint32_t until) {
    return (uint64_t)before << 32 | until;
}

static uint32_t before_of(uint64_t times) {
    return (uint32_t)(times >> 32);
}

static uint32_t until_of(uint64_t times) {
    return (uint32_t)times;
}

static uint32_t larger(uint32_t a, uint32_t b) {
    return a > b ? a : b;
}

/* Where the search for a key begins. */
static size_t home(const struct table *table, uint64_t key) {
    return (size_t)(key ^ key >> 32) & (table->count - 1);
}

/* The key's slot, or the free one where it belongs. There is always a free one. */
static struct slot *find(const struct table *table, uint64_t key) {
    for (size_t place = home(table, key);; place++) {
        struct slot *slot = &table->slots[place & (table->count - 1)];
        uint64_t found = atomic_load_explicit(&slot->key, memory_order_acquire);
        if (found == key || found == 0)
            return slot;
    }
}

static _Atomic uint64_t *filter_word(const struct table *table, uint64_t key) {
    return &table->filter[key >> 32 & (table->count / 16 - 1)];
}

/* Three bits, by the part of the key that chooses neither the word nor, in tables of most sizes, the slot. */
static uint64_t filter_bits(uint64_t key) {
    uint64_t mixed = key * 0x9E3779B97F4A7C15;
    return UINT64_C(1) << (mixed >> 58) | UINT64_C(1) << (mixed >> 52 & 63) | UINT64_C(1) << (mixed >> 46 & 63);
}

static bool may_include(const struct table *table, uint64_t key) {
    uint64_t bits = filter_bits(key);
    return key != 0 && (atomic_load_explicit(filter_word(table, key), memory_order_relaxed) & bits) == bits;
}

static bool includes(const struct table *table, uint64_t key, uint32_t created) {
    const struct slot *slot = find(table, key);
    return atomic_load_explicit(&slot->key, memory_order_relaxed) == key &&
           before_of(atomic_load_explicit(&slot->times, memory_order_relaxed)) >= created;
}

bool platform_endings_include(const platform_endings *endings, uint64_t first, uint64_t second, uint64_t third,
                              uint32_t created) {
    for (;;) {
        uint64_t changes = atomic_load_explicit(&endings->changes, memory_order_acquire);
        const struct table *table = atomic_load_explicit(&endings->table, memory_order_acquire);
        uint32_t floor = atomic_load_explicit(&endings->floor, memory_order_relaxed);
        if (floor != 0 && floor >= created)
            return true;
        if (table == NULL)
            return false;
        bool maybe[] = {may_include(table, first), may_include(table, second), may_include(table, third)};
        bool found = (maybe[0] && includes(table, first, created)) || (maybe[1] && includes(table, second, created)) ||
                     (maybe[2] && includes(table, third, created));
        atomic_thread_fence(memory_order_acquire);
        if (atomic_load_explicit(&endings->changes, memory_order_relaxed) == changes)
            return found;
    }
}

bool platform_endings_are_empty(const platform_endings *endings) {
    return atomic_load_explicit(&endings->table, memory_order_relaxed) == NULL &&
           atomic_load_explicit(&endings->floor, memory_order_relaxed) == 0;
}

static size_t size_of(const struct table *table) {
    return table->count * sizeof(struct slot) + table->count / 16 * sizeof(uint64_t);
}

/* An empty table: an idle one of this size, or a new one. */
static struct table *make_table(platform_endings *endings, size_t count) {
    for (struct table **place = &endings->idle; *place != NULL; place = &(*place)->next) {
        struct table *table = *place;
        if (table->count != count)
            continue;
        *place = table->next;
        return table;
    }
    struct table *table = calloc(1, sizeof *table);
    if (table == NULL)
        return NULL;
    table->count = count;
    table->slots = mmap(NULL, size_of(table), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (table->slots == MAP_FAILED) {
        free(table);
        return NULL;
    }
    table->filter = (_Atomic uint64_t *)(table->slots + count);
    return table;
}

/* Gives its pages back. Those that the host has locked in memory stay, and are emptied. */
static void clear(struct table *table) {
    if (madvise(table->slots, size_of(table), MADV_DONTNEED) == 0)
        return;
    _Atomic uint64_t *words = (_Atomic uint64_t *)table->slots;
    for (size_t i = 0; i < size_of(table) / sizeof *words; i++)
        atomic_store_explicit(&words[i], 0, memory_order_relaxed);
}

static void publish(platform_endings *endings, struct table *table) {
    struct table *old = atomic_load_explicit(&endings->table, memory_order_relaxed);
    atomic_store_explicit(&endings->table, table, memory_order_release);
    atomic_fetch_add_explicit(&endings->changes, 1, memory_order_release);
    atomic_thread_fence(memory_order_seq_cst);
    if (old == NULL)
        return;
    clear(old);
    old->next = endings->idle;
    endings->idle = old;
}

/* Whether an entry still matters and ended after `floor`. */
static bool is_live(const struct slot *slot, uint32_t now, uint32_t floor) {
    uint64_t times = atomic_load_explicit(&slot->times, memory_order_relaxed);
    return until_of(times) > now && before_of(times) > floor;
}

static size_t count_live(const struct table *table, uint32_t now, uint32_t floor) {
    size_t live = 0;
    for (size_t i = 0; i < table->count; i++)
        live += is_live(&table->slots[i], now, floor);
    return live;
}

/* The time of the live entry that comes in place `rank`, from 1, by `before`: byte by byte, since the lock is held. */
static uint32_t nth_before(const struct table *table, uint32_t now, uint32_t floor, size_t rank) {
    uint32_t result = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        size_t counts[256] = {0};
        for (size_t i = 0; i < table->count; i++) {
            uint32_t before = before_of(atomic_load_explicit(&table->slots[i].times, memory_order_relaxed));
            if (is_live(&table->slots[i], now, floor) && (uint64_t)(before ^ result) >> (shift + 8) == 0)
                counts[before >> shift & 0xFF]++;
        }
        uint32_t byte = 0;
        while (byte < 0xFF && rank > counts[byte])
            rank -= counts[byte++];
        result |= byte << shift;
    }
    return result;
}

/* How many entries leave an eighth free. */
static size_t room_of(const platform_endings *endings) {
    return endings->most - endings->most / 8;
}

/* The earliest time such that forgetting the entries up to it leaves an eighth free; less would soon mean another
   table, and another one. */
static uint32_t floor_with_room(const platform_endings *endings, const struct table *table, uint32_t now) {
    uint32_t floor = atomic_load_explicit(&endings->floor, memory_order_relaxed);
    size_t live = count_live(table, now, floor), room = room_of(endings);
    if (endings->used < endings->most || live < room)
        return floor;
    return nth_before(table, now, floor, live - room + 1);
}

static void fill(struct table *table, struct slot *slot, uint64_t key, uint64_t times) {
    atomic_store_explicit(&slot->times, times, memory_order_relaxed);
    atomic_store_explicit(&slot->key, key, memory_order_release);
    atomic_fetch_or_explicit(filter_word(table, key), filter_bits(key), memory_order_release);
}

/* Another table, without what no longer matters. */
static bool rebuild(platform_endings *endings, uint32_t now) {
    struct table *old = atomic_load_explicit(&endings->table, memory_order_relaxed);
    size_t count = FEWEST_SLOTS;
    uint32_t floor = atomic_load_explicit(&endings->floor, memory_order_relaxed);
    if (old != NULL && endings->keeps_all && endings->used >= endings->most &&
        count_live(old, now, floor) >= room_of(endings)) {
        endings->full_until = now + 1; /* to count once a second, whatever floods in */
        return false;
    }
    if (old != NULL) { /* 26 to 63 bytes an entry, and few slots to look at */
        floor = floor_with_room(endings, old, now);
        size_t live = count_live(old, now, floor);
        while (count * 10 < (live + 1) * 19)
            count *= 2;
    }
    struct table *table = make_table(endings, count);
    if (table == NULL)
        return false;
    endings->used = 0;
    for (size_t i = 0; old != NULL && i < old->count; i++) {
        uint64_t key = atomic_load_explicit(&old->slots[i].key, memory_order_relaxed);
        if (key == 0 || !is_live(&old->slots[i], now, floor))
            continue;
        uint64_t times = atomic_load_explicit(&old->slots[i].times, memory_order_relaxed);
        fill(table, find(table, key), key, times);
        endings->used++;
    }
    atomic_store_explicit(&endings->floor, floor, memory_order_relaxed);
    publish(endings, table);
    return true;
}

platform_endings *platform_endings_new(size_t most, bool keeps_all) {
    platform_endings *endings = calloc(1, sizeof *endings);
    if (endings == NULL)
        return NULL;
    endings->most = most;
    endings->keeps_all = keeps_all;
    return endings;
}

platform_ending platform_endings_add(platform_endings *endings, uint64_t key, uint32_t before, uint32_t until,
                                     uint32_t now) {
    struct table *table = atomic_load_explicit(&endings->table, memory_order_relaxed);
    struct slot *slot = table == NULL ? NULL : find(table, key);
    if (slot != NULL && atomic_load_explicit(&slot->key, memory_order_relaxed) == key) {
        uint64_t times = atomic_load_explicit(&slot->times, memory_order_relaxed);
        times = pack(larger(before_of(times), before), larger(until_of(times), until));
        atomic_store_explicit(&slot->times, times, memory_order_relaxed);
        return PLATFORM_ENDED_BEFORE;
    }
    uint32_t floor = atomic_load_explicit(&endings->floor, memory_order_relaxed);
    if (table == NULL || endings->used >= endings->most || endings->used >= table->count / 8 * 5) {
        if (now < endings->full_until || !rebuild(endings, now))
            return PLATFORM_ENDING_FAILED;
        slot = find(atomic_load_explicit(&endings->table, memory_order_relaxed), key);
    }
    fill(atomic_load_explicit(&endings->table, memory_order_relaxed), slot, key, pack(before, until));
    endings->used++;
    bool is_full = atomic_load_explicit(&endings->floor, memory_order_relaxed) > floor;
    return is_full ? PLATFORM_ENDED_AND_FORGOT : PLATFORM_ENDED;
}

void platform_endings_add_all(platform_endings *endings, uint32_t before) {
    uint32_t floor = atomic_load_explicit(&endings->floor, memory_order_relaxed);
    atomic_store_explicit(&endings->floor, larger(floor, before), memory_order_release);
}

static void free_tables(struct table *table) {
    while (table != NULL) {
        struct table *next = table->next;
        munmap(table->slots, size_of(table));
        free(table);
        table = next;
    }
}

void platform_endings_free(platform_endings *endings) {
    free_tables(atomic_load_explicit(&endings->table, memory_order_relaxed));
    free_tables(endings->idle);
    free(endings);
}
