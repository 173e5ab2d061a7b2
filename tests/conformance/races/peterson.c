/* SPDX-License-Identifier: MIT
 * Peterson's algorithm with plain accesses.
 * Its twin is the scenario of the same name; @x marks the accesses that the two have in common.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <semaphore.h>
#include <unistd.h>

static volatile long want0, want1, turn, inside;

static void *zero(void *unused)
{
    (void)unused;
    want0 = 1;                                                  /* @want0 */
    turn = 1;                                                   /* @turn0 */
    for (int i = 0; i < 1000 && want1 == 1 && turn == 1; i++) { /* @look0 */
    }
    long n = inside; /* @in */
    inside = n + 1;  /* @out */
    want0 = 0;       /* @leave0 */
    return NULL;
}

static void *one(void *unused)
{
    (void)unused;
    want1 = 1;                                                  /* @want1 */
    turn = 0;                                                   /* @turn1 */
    for (int i = 0; i < 1000 && want0 == 1 && turn == 0; i++) { /* @look1 */
    }
    long n = inside; /* @in */
    inside = n + 1;  /* @out */
    want1 = 0;       /* @leave1 */
    return NULL;
}

int main(void)
{
    pthread_t first, second;
    pthread_create(&first, NULL, zero, NULL);
    pthread_create(&second, NULL, one, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
    return 0;
}
