/* The tickets behind handles (Sources/Platform), compiled with ThreadSanitizer: objects that are used and withdrawn by
   many threads at once. Each is freed once, by its last user, and never touched after that. */
#include "platform.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { USERS = 4, ROUNDS = 20000, KIND = 4 };

struct object {
    int content; /* written before the ticket is issued, and when the object is freed */
};

static platform_ticket *_Atomic current;
static atomic_bool stop;
static atomic_int freed, mistakes, uses;

static void free_object(void *object) {
    if (object == NULL)
        return;
    ((struct object *)object)->content = -1;
    free(object);
    atomic_fetch_add(&freed, 1);
}

static platform_ticket *issue(int content) {
    struct object *object = malloc(sizeof *object);
    object->content = content;
    return platform_ticket_issue(KIND, object);
}

static void *use(void *unused) {
    (void)unused;
    while (!atomic_load(&stop)) {
        platform_ticket *ticket = atomic_load(&current);
        struct object *object = platform_ticket_use(ticket, KIND);
        if (object == NULL)
            continue;
        if (object->content <= 0)
            atomic_fetch_add(&mistakes, 1);
        atomic_fetch_add(&uses, 1);
        free_object(platform_ticket_end_use(ticket, KIND));
    }
    return NULL;
}

int main(void) {
    pthread_t threads[USERS];
    atomic_store(&current, issue(1));
    for (int i = 0; i < USERS; i++)
        if (pthread_create(&threads[i], NULL, use, NULL) != 0)
            return 2;
    for (int i = 2; i <= ROUNDS; i++)
        free_object(platform_ticket_withdraw(atomic_exchange(&current, issue(i)), KIND));
    atomic_store(&stop, true);
    for (int i = 0; i < USERS; i++)
        pthread_join(threads[i], NULL);
    free_object(platform_ticket_withdraw(atomic_load(&current), KIND));
    printf("%d uses, %d of %d freed, %d mistakes\n", atomic_load(&uses), atomic_load(&freed), ROUNDS,
           atomic_load(&mistakes));
    return atomic_load(&uses) > 0 && atomic_load(&freed) == ROUNDS && atomic_load(&mistakes) == 0 ? 0 : 1;
}
