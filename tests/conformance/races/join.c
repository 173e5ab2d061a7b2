/* SPDX-License-Identifier: MIT
 * What a thread wrote is read after it was joined.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long x, y;

static void *one(void *unused)
{
    (void)unused;
    x = 1;
    return NULL;
}

static void *two(void *unused)
{
    (void)unused;
    y = 1;
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    x = y = 0;
    pthread_create(&first, NULL, one, NULL);
    pthread_create(&second, NULL, two, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    x = y;
    return 0;
}
