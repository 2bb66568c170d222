package io.slim.router.sys;

import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.SaveError;
import org.jspecify.annotations.Nullable;

/**
 * libbpf 1.x, one to one (bpf/libbpf.h, bpf/bpf.h). Functions that return a number return a negative errno on failure; those that return a pointer
 * return null and set errno.
 */
public interface LibBpf {

    String LIBRARY = "libbpf.so.1";

    /** Loads the library. Throws UnsatisfiedLinkError if it is not there. */
    static LibBpf load() {
        return LibraryLoader.create(LibBpf.class).failImmediately().load(LIBRARY);
    }

    /** What libbpf prints; the arguments are a C va_list. */
    interface Printer {
        @Delegate
        int print(int level, String format, Pointer arguments);
    }

    /** What a ring has; must not throw. */
    interface Sample {
        @Delegate
        int take(@Nullable Pointer context, Pointer data, long size);
    }

    @SaveError
    @Nullable
    Pointer ring_buffer__new(int map, Sample sample, @Nullable Pointer context, @Nullable Pointer options);

    int ring_buffer__consume(Pointer ring);

    void ring_buffer__free(Pointer ring);

    @Nullable
    Pointer libbpf_set_print(Printer printer);

    @SaveError
    @Nullable
    Pointer bpf_object__open_mem(Pointer object, long size, @Nullable Pointer options);

    int bpf_object__load(Pointer object);

    void bpf_object__close(Pointer object);

    @SaveError
    @Nullable
    Pointer bpf_object__find_map_by_name(Pointer object, String name);

    @SaveError
    @Nullable
    Pointer bpf_object__next_program(Pointer object, @Nullable Pointer program);

    String bpf_program__name(Pointer program);

    int bpf_program__fd(Pointer program);

    int bpf_map__fd(Pointer map);

    int bpf_map__set_max_entries(Pointer map, int entries);

    int bpf_map__set_pin_path(Pointer map, String path);

    int bpf_map__set_initial_value(Pointer map, Pointer data, long size);

    @SaveError
    @Nullable
    Pointer bpf_map__initial_value(Pointer map, Pointer size);

    @SaveError
    @Nullable
    Pointer bpf_program__attach_cgroup(Pointer program, int cgroup);

    @SaveError
    @Nullable
    Pointer bpf_link__open(String path);

    int bpf_link__update_program(Pointer link, Pointer program);

    int bpf_link__pin(Pointer link, String path);

    int bpf_link__fd(Pointer link);

    int bpf_link__destroy(Pointer link);

    int bpf_obj_get(String path);

    int bpf_obj_get_info_by_fd(int fd, Pointer info, Pointer length);

    int bpf_map_update_elem(int map, Pointer key, Pointer value, long flags);

    int bpf_map_lookup_elem(int map, Pointer key, Pointer value);

    int bpf_map_delete_elem(int map, Pointer key);

    int bpf_map_get_next_key(int map, @Nullable Pointer key, Pointer next);

    int bpf_map_lookup_batch(
            int map,
            @Nullable Pointer from,
            Pointer next,
            Pointer keys,
            Pointer values,
            Pointer count,
            @Nullable Pointer options);

    int libbpf_num_possible_cpus();
}
