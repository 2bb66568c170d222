#include "program.h"

#include "../sys/syscall.h"
#include "bytes.h"
#include "config.h"

#include <linux/elf.h>

#define LIBRARY "libslim.so"
#define SYSTEM_PRELOAD "/etc/ld.so.preload"
#define HEADERS_MAX 64
#define INTERPRETERS_MAX 4

static bool starts_with(const char *text, const char *part) {
    while (*part && *text == *part) text++, part++;
    return !*part;
}

static bool contains(const char *text, const char *part) {
    for (; *text; text++) {
        if (starts_with(text, part)) return true;
    }
    return false;
}

static bool preloaded_by_system(void) {
    char text[4096];
    long fd = SYS4(__NR_openat, AT_FDCWD, SYSTEM_PRELOAD, O_RDONLY | O_CLOEXEC, 0);
    if (fd < 0) return false;
    long size = SYS3(__NR_read, fd, text, sizeof text - 1);
    sys_close((int)fd);
    if (size <= 0) return false;
    text[size] = 0;
    return contains(text, LIBRARY);
}

static bool preloaded_by_environment(char *const *environment) {
    static const char NAME[] = "LD_PRELOAD=";
    for (; environment && *environment; environment++) {
        if (starts_with(*environment, NAME)) return contains(*environment, LIBRARY);
    }
    return false;
}

/* A static program has no PT_INTERP and loads nothing. */
static bool is_dynamic(long fd, const Elf64_Ehdr *header) {
    for (unsigned i = 0; i < header->e_phnum && i < HEADERS_MAX; i++) {
        Elf64_Phdr program;
        long at = (long)(header->e_phoff + (uint64_t)i * header->e_phentsize);
        if (SYS4(__NR_pread64, fd, &program, sizeof program, at) != sizeof program) return false;
        if (program.p_type == PT_INTERP) return true;
    }
    return false;
}

/* "#!path argument": leaves the path. */
static bool interpreter_of(char *line, long size, char **path) {
    char *at = line + 2;
    line[size] = 0;
    while (*at == ' ' || *at == '\t') at++;
    *path = at;
    while (*at && *at != ' ' && *at != '\t' && *at != '\n') at++;
    *at = 0;
    return **path == '/';
}

static bool loads_libraries(const char *path, int depth) {
    union {
        Elf64_Ehdr elf;
        char text[256];
    } head;
    char *interpreter;
    long fd = SYS4(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
    if (fd < 0) return true; /* the exec will fail too, or the path is searched elsewhere */
    long size = SYS4(__NR_pread64, fd, &head, sizeof head.text - 1, 0);
    bool dynamic = true;
    if (size >= (long)sizeof head.elf && bytes_equal(head.text, ELFMAG, SELFMAG)) {
        dynamic = head.elf.e_ident[EI_CLASS] == ELFCLASS64 && is_dynamic(fd, &head.elf);
    } else if (size > 2 && head.text[0] == '#' && head.text[1] == '!' && interpreter_of(head.text, size, &interpreter)) {
        dynamic = depth == 0 || loads_libraries(interpreter, depth - 1);
    }
    sys_close((int)fd);
    return dynamic;
}

bool program_will_have_shim(const char *path, char *const *environment) {
    if (!config_switched_on(environment) || (!preloaded_by_environment(environment) && !preloaded_by_system())) return false;
    return !path || loads_libraries(path, INTERPRETERS_MAX);
}

static bool join(char *buffer, size_t size, const char *directory, size_t length, const char *name) {
    size_t name_length = text_length(name);
    if (length + 1 + name_length >= size) return false;
    bytes_copy(buffer, directory, length);
    buffer[length] = '/';
    bytes_copy(buffer + length + 1, name, name_length + 1);
    return SYS3(__NR_faccessat, AT_FDCWD, buffer, 1 /* X_OK */) == 0;
}

const char *program_search(const char *name, char *const *environment, char *buffer, size_t size) {
    const char *path = "/bin:/usr/bin";
    if (contains(name, "/")) return name;
    for (; environment && *environment; environment++) {
        if (starts_with(*environment, "PATH=")) path = *environment + 5;
    }
    while (*path) {
        size_t length = 0;
        while (path[length] && path[length] != ':') length++;
        if (length > 0 && join(buffer, size, path, length, name)) return buffer;
        path += path[length] ? length + 1 : length;
    }
    return NULL;
}

const char *program_at(int fd, const char *name, char *buffer, size_t size) {
    static const char OPEN_FILES[] = "/proc/self/fd/";
    if (*name == '/' || (fd == AT_FDCWD && *name)) return name;
    size_t name_length = text_length(name), length = sizeof OPEN_FILES - 1;
    if (fd < 0 || length + 10 + 1 + name_length >= size) return NULL;
    bytes_copy(buffer, OPEN_FILES, length);
    size_t digits = 1;
    for (int rest = fd; rest >= 10; rest /= 10) digits++;
    for (size_t i = digits, rest = (size_t)fd; i-- > 0; rest /= 10) buffer[length + i] = (char)('0' + rest % 10);
    length += digits;
    if (*name) buffer[length++] = '/';
    bytes_copy(buffer + length, name, name_length + 1);
    return buffer;
}
