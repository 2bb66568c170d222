/* A test that fails says where and ends the program: there is nothing to clean up. */
#ifndef SLIM_TEST_H
#define SLIM_TEST_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                  \
        }                                                                             \
    } while (0)

void test_endpoints(void);
void test_options(void);
void test_peer_table(void);
void test_wire(const char *vectors);

#endif
