#include "test.h"

int main(int count, char **arguments) {
    CHECK(count == 2);
    test_endpoints();
    test_wire(arguments[1]);
    test_options();
    test_peer_table();
    puts("shim unit tests passed");
    return 0;
}
