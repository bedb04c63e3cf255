/*
 * Handles of the C interface are tickets: a slot number and the slot's generation, in the shape of a pointer. A slot's
 * generation changes when its ticket ends, which distinguishes a handle that was freed, freed twice or invented from a
 * live one without touching the object's memory (docs/adr/0003-handles-are-tickets.md).
 *
 * A ticket's bits, from the lowest: 4 zero (handles look aligned, and low tag bits that some runtimes use stay free),
 * 20 slot + 1, 20 generation. 44 bits in all, because LuaJIT and others carry pointers of at most 47 bits. Slots live
 * in chunks that are never released.
 *
 * A slot's state is one word: generation, kind, whether the ticket was withdrawn, and how many calls use the object
 * right now. Looking up a ticket and retaining its object is one change of that word; whoever takes the count to zero
 * gets a withdrawn ticket's object.
 */
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_SLOTS = 256, CHUNKS = 4092, GENERATIONS = 1 << 20, CACHE_LINE = 64 };

#define NO_SLOT UINT32_MAX

/* The parts of a state, from the lowest bit: 32 users, 1 withdrawn, 4 kind (0 while the slot is free), 20 generation.
 */
#define USERS UINT64_C(0xffffffff)
#define WITHDRAWN (UINT64_C(1) << 32)

static uint64_t make_label(uint32_t generation, uint8_t kind) {
    return (uint64_t)generation << 37 | (uint64_t)kind << 33;
}

static uint32_t generation_of(uint64_t state) {
    return (uint32_t)(state >> 37);
}

/* Each on its own cache line: all threads write to that of the application they share. */
struct slot {
    _Alignas(CACHE_LINE) _Atomic uint64_t state;
    void *object; /* constant while there is a kind */
    uint32_t next_free;
};

static struct slot *_Atomic chunks[CHUNKS];

/* Guarded by the lock. The free slots form a queue, so a slot rests as long as possible before it is used again.
 */
static uint32_t slot_count;
static uint32_t first_free = NO_SLOT;
static uint32_t last_free = NO_SLOT;

static _Thread_local platform_ticket *thread_ticket;

static struct slot *slot_at(uint32_t index) {
    if (index >= (uint32_t)CHUNKS * CHUNK_SLOTS)
        return NULL;
    struct slot *chunk = atomic_load_explicit(&chunks[index / CHUNK_SLOTS], memory_order_acquire);
    return chunk == NULL ? NULL : &chunk[index % CHUNK_SLOTS];
}

static platform_ticket *make_ticket(uint32_t index, uint32_t generation) {
    return (platform_ticket *)(uintptr_t)(((uint64_t)generation << 20 | (index + 1)) << 4);
}

/* The parts of a ticket's bits. */
struct reading {
    struct slot *slot;
    uint32_t index;
    uint64_t label; /* the state of its slot while it is good, without the users */
};

/* False if the bits are not a ticket's. */
static bool read_ticket(const platform_ticket *ticket, uint8_t kind, struct reading *out) {
    uint64_t bits = (uint64_t)(uintptr_t)ticket;
    uint32_t number = (uint32_t)(bits >> 4) & 0xfffff;
    if (kind == 0 || kind > 15 || (bits & 15) != 0 || bits >> 44 != 0 || number == 0)
        return false;
    out->index = number - 1;
    out->slot = slot_at(out->index);
    out->label = make_label((uint32_t)(bits >> 24), kind);
    return out->slot != NULL;
}

/* With the lock held: a free slot. */
static struct slot *take_slot(uint32_t *out_index) {
    if (first_free != NO_SLOT) {
        struct slot *slot = slot_at(first_free);
        *out_index = first_free;
        first_free = slot->next_free;
        if (first_free == NO_SLOT)
            last_free = NO_SLOT;
        return slot;
    }
    if (slot_count >= (uint32_t)CHUNKS * CHUNK_SLOTS)
        return NULL;
    if (slot_count % CHUNK_SLOTS == 0) {
        struct slot *chunk = aligned_alloc(CACHE_LINE, CHUNK_SLOTS * sizeof *chunk);
        if (chunk == NULL)
            return NULL;
        memset(chunk, 0, CHUNK_SLOTS * sizeof *chunk);
        atomic_store_explicit(&chunks[slot_count / CHUNK_SLOTS], chunk, memory_order_release);
    }
    *out_index = slot_count++;
    return slot_at(*out_index);
}

/* With the lock held. */
static void give_back(struct slot *slot, uint32_t index) {
    slot->next_free = NO_SLOT;
    if (last_free == NO_SLOT)
        first_free = index;
    else
        slot_at(last_free)->next_free = index;
    last_free = index;
}

platform_ticket *platform_ticket_issue(uint8_t kind, void *object) {
    platform_ticket *ticket = NULL;
    uint32_t index = 0;
    platform_lock();
    struct slot *slot = take_slot(&index);
    if (slot != NULL) {
        slot->object = object;
        uint64_t state = make_label(generation_of(atomic_load_explicit(&slot->state, memory_order_relaxed)), kind);
        atomic_store_explicit(&slot->state, state, memory_order_release);
        ticket = make_ticket(index, generation_of(state));
    }
    platform_unlock();
    return ticket;
}

/* Frees the slot of a withdrawn, unused ticket, and returns its object. */
static void *reclaim(struct slot *slot, uint32_t index, uint64_t state) {
    void *object = slot->object;
    platform_lock();
    atomic_store_explicit(&slot->state, make_label((generation_of(state) + 1) % GENERATIONS, 0), memory_order_relaxed);
    give_back(slot, index);
    platform_unlock();
    return object;
}

/* Adds to the state of a valid ticket's slot; false if the ticket is invalid. `out_state` is the previous state. */
static bool change(const struct reading *reading, uint64_t addend, uint64_t *out_state) {
    uint64_t state = atomic_load_explicit(&reading->slot->state, memory_order_relaxed);
    do
        if ((state & ~USERS) != reading->label)
            return false;
    while (!atomic_compare_exchange_weak_explicit(&reading->slot->state, &state, state + addend, memory_order_acq_rel,
                                                  memory_order_relaxed));
    *out_state = state;
    return true;
}

void *platform_ticket_use(const platform_ticket *ticket, uint8_t kind) {
    struct reading reading;
    uint64_t state;
    return read_ticket(ticket, kind, &reading) && change(&reading, 1, &state) ? reading.slot->object : NULL;
}

void *platform_ticket_end_use(const platform_ticket *ticket, uint8_t kind) {
    struct reading reading;
    if (!read_ticket(ticket, kind, &reading))
        return NULL;
    uint64_t state = atomic_fetch_sub_explicit(&reading.slot->state, 1, memory_order_acq_rel) - 1;
    return (state & (WITHDRAWN | USERS)) == WITHDRAWN ? reclaim(reading.slot, reading.index, state) : NULL;
}

void *platform_ticket_withdraw(platform_ticket *ticket, uint8_t kind) {
    struct reading reading;
    uint64_t state;
    if (!read_ticket(ticket, kind, &reading) || !change(&reading, WITHDRAWN, &state) || (state & USERS) != 0)
        return NULL;
    return reclaim(reading.slot, reading.index, state);
}

platform_ticket *platform_thread_ticket(void) {
    return thread_ticket;
}

void platform_set_thread_ticket(platform_ticket *ticket) {
    thread_ticket = ticket;
}
