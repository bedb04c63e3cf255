#include "test_support.h"

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int test_run_in_child(int (*body)(void *context), void *context, unsigned seconds) {
    pid_t child = fork();
    if (child < 0)
        return -1;
    if (child == 0) {
        /* The thread that forks may block the signal, as the test library's threads do. */
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGALRM);
        pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
        alarm(seconds);
        _exit(body(context));
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}
