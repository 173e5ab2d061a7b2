/* SPDX-License-Identifier: MIT
 * A value published by a plain flag.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long flag, value;

static void *give(void *unused)
{
    (void)unused;
    value = 42; /* @value */
    flag = 1;   /* @flag */
    return NULL;
}

static void *take(void *unused)
{
    (void)unused;
    if (flag) {      /* @look */
        (void)value; /* @use */
    }
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, give, NULL);
    pthread_create(&second, NULL, take, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
