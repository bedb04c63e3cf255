/*
 * Handles of the C interface are tickets: a slot number and the slot's generation, shaped as a pointer. A slot's
 * generation changes when its ticket is withdrawn, so a handle that was freed, freed twice or made up is told from a
 * live one without touching the object's memory (docs/adr/0003-handles-are-tickets.md).
 *
 * A ticket's bits, from the lowest: 4 zero (handles look aligned, and low tag bits that some runtimes use stay free),
 * 20 slot + 1, 20 generation. 44 bits in all, because LuaJIT and others carry pointers of at most 47 bits. Slots live
 * in chunks that are never released.
 */
#include "platform.h"

#include <stdatomic.h>
#include <stdlib.h>

enum { CHUNK_SLOTS = 1024, CHUNKS = 1023, GENERATIONS = 1 << 20 };

#define NO_SLOT UINT32_MAX

struct slot {
    _Atomic uint32_t label; /* generation << 4 | kind; kind 0 while the slot is free */
    uint32_t next_free;
    void *_Atomic object;
};

static struct slot *_Atomic chunks[CHUNKS];

/* Guarded by the lock. The free slots form a queue, so that a slot rests as long as possible before it is used again.
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

/* The slot a ticket names, if its label is the ticket's; NULL otherwise. */
static struct slot *find_slot(const platform_ticket *ticket, uint8_t kind, uint32_t *out_index) {
    uint64_t bits = (uint64_t)(uintptr_t)ticket;
    if (kind == 0 || kind > 15 || (bits & 15) != 0 || bits >> 44 != 0)
        return NULL;
    uint32_t number = (uint32_t)(bits >> 4) & 0xfffff;
    uint32_t generation = (uint32_t)(bits >> 24);
    struct slot *slot = number == 0 ? NULL : slot_at(number - 1);
    if (slot == NULL || atomic_load_explicit(&slot->label, memory_order_acquire) != (generation << 4 | kind))
        return NULL;
    *out_index = number - 1;
    return slot;
}

/* With the lock held: a slot that is free. */
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
        struct slot *chunk = calloc(CHUNK_SLOTS, sizeof *chunk);
        if (chunk == NULL)
            return NULL;
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
        uint32_t generation = atomic_load_explicit(&slot->label, memory_order_relaxed) >> 4;
        atomic_store_explicit(&slot->object, object, memory_order_relaxed);
        atomic_store_explicit(&slot->label, generation << 4 | kind, memory_order_release);
        ticket = make_ticket(index, generation);
    }
    platform_unlock();
    return ticket;
}

void *platform_ticket_object(const platform_ticket *ticket, uint8_t kind) {
    uint32_t index;
    struct slot *slot = find_slot(ticket, kind, &index);
    return slot == NULL ? NULL : atomic_load_explicit(&slot->object, memory_order_relaxed);
}

void *platform_ticket_withdraw(platform_ticket *ticket, uint8_t kind) {
    uint32_t index;
    void *object = NULL;
    platform_lock();
    struct slot *slot = find_slot(ticket, kind, &index);
    if (slot != NULL) {
        uint32_t generation = atomic_load_explicit(&slot->label, memory_order_relaxed) >> 4;
        object = atomic_exchange_explicit(&slot->object, NULL, memory_order_relaxed);
        atomic_store_explicit(&slot->label, ((generation + 1) % GENERATIONS) << 4, memory_order_release);
        give_back(slot, index);
    }
    platform_unlock();
    return object;
}

platform_ticket *platform_thread_ticket(void) {
    return thread_ticket;
}

void platform_set_thread_ticket(platform_ticket *ticket) {
    thread_ticket = ticket;
}
