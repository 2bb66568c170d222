/*
 * semantics --list                                           the table: name, path, families
 * semantics CASE FAMILY server|client LINK SERVER4 SERVER6   one side of a case; LINK is the path of a UNIX socket
 * semantics CASE FAMILY heir FD SERVER4 SERVER6 NUMBER       what a case goes on with after exec
 *
 * SEMANTICS_SHIM=1 says that both sides have the shim, SEMANTICS_SECURE=1 that the routers are in secure mode; SEMANTICS_SIZE multiplies
 * the size of cases that have one.
 */
#include "semantics.h"

#define LONGEST_SECONDS 25

struct scene scene;

extern const struct semantics_case *const __start_semantics_cases[];
extern const struct semantics_case *const __stop_semantics_cases[];

static const struct {
    enum family family;
    const char *name;
} family_names[] = {{V4, "v4"}, {V6, "v6"}, {MAPPED, "mapped"}, {DUAL, "dual"}, {TO_V4, "to-v4"}};

#define FAMILIES (sizeof family_names / sizeof *family_names)

static int number_from_environment(const char *name, int otherwise) {
    const char *text = getenv(name);
    return text ? atoi(text) : otherwise;
}

static enum path path_of(const struct semantics_case *row) {
    return row->tied_if_secure && number_from_environment("SEMANTICS_SECURE", 0) == 1 ? OVERLAY : row->path;
}

static void list(void) {
    static const char *const path_names[] = {"SLIM", "OVERLAY", "EITHER"};
    for (const struct semantics_case *const *row = __start_semantics_cases; row < __stop_semantics_cases; row++) {
        for (size_t i = 0; i < FAMILIES; i++) {
            if ((*row)->families & family_names[i].family) say("%s %s %s", (*row)->name, family_names[i].name, path_names[path_of(*row)]);
        }
    }
}

static const struct semantics_case *find(const char *name) {
    for (const struct semantics_case *const *row = __start_semantics_cases; row < __stop_semantics_cases; row++) {
        if (strcmp((*row)->name, name) == 0) return *row;
    }
    broken("no case \"%s\" (semantics --list names all)", name);
}

static enum family find_family(const char *name) {
    for (size_t i = 0; i < FAMILIES; i++) {
        if (strcmp(family_names[i].name, name) == 0) return family_names[i].family;
    }
    broken("no family \"%s\" (expected: v4, v6, mapped, dual, to-v4)", name);
}

static void run(char **arguments) {
    if (strcmp(scene.role, "server") == 0) {
        scene.row->server();
    } else if (strcmp(scene.role, "client") == 0) {
        scene.row->client();
    } else if (strcmp(scene.role, "heir") == 0 && scene.row->heir && arguments[7]) {
        scene.row->heir(atoi(arguments[7]));
    } else {
        broken("no side \"%s\" (expected: server, client, heir)", scene.role);
    }
}

int main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "--list") == 0) {
        list();
        return 0;
    }
    if (count < 7) broken("usage: semantics CASE FAMILY server|client LINK SERVER4 SERVER6, or semantics --list");
    scene = (struct scene){.row = find(arguments[1]),
                           .family_name = arguments[2],
                           .family = find_family(arguments[2]),
                           .role = arguments[3],
                           .server_v4 = arguments[5],
                           .server_v6 = arguments[6],
                           .path = path_of(find(arguments[1])),
                           .shim = number_from_environment("SEMANTICS_SHIM", 0) == 1,
                           .size = number_from_environment("SEMANTICS_SIZE", 1)};
    /* No handler: a handler would change what the cases about signals see. */
    alarm(LONGEST_SECONDS * (unsigned)(scene.size > 1 ? 8 : 1));
    if (strcmp(scene.role, "heir") == 0) {
        scene.link = atoi(arguments[4]);
    } else {
        link_open(arguments[4]);
    }
    scene.network = own_network();
    run(arguments);
    say("end");
    return 0;
}
