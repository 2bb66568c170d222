package io.slim.api.signature;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the compiled API offers, one line for each thing that somebody's code may depend on. */
final class ApiSignatures {

    /** Records that only the router makes: they may get more components, so their constructors are not promised. */
    private static final Set<String> MADE_BY_THE_ROUTER = Set.of(
            "io.slim.api.HostCapabilities",
            "io.slim.api.HostCapability",
            "io.slim.api.RouterLimits",
            "io.slim.api.RouterTimes",
            "io.slim.api.container.ContainerInfo",
            "io.slim.api.health.RouterHealth");

    /** Every object has them, whether they are overridden or not. */
    private static final Set<String> EVERYBODYS = Set.of("equals", "hashCode", "toString");

    private final SortedSet<String> lines = new TreeSet<>();
    private final SortedSet<String> types = new TreeSet<>();

    /** Reads the classes in a directory. */
    ApiSignatures(Path classes) {
        try (Stream<Path> files = Files.walk(classes)) {
            files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("package-info"))
                    .map(name -> load(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.')))
                    .filter(ApiSignatures::isVisible)
                    .forEach(this::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiSignatures.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        return isPromised(type.getModifiers())
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static boolean isPromised(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    /** Sorted. */
    SortedSet<String> lines() {
        return lines;
    }

    /** The names of all types that signatures mention, without those of the language. */
    SortedSet<String> types() {
        return types;
    }

    private void add(Class<?> type) {
        String name = type.getName();
        lines.add(name + " is " + kind(type));
        Stream.concat(Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .filter(superType -> superType != Object.class)
                .forEach(superType -> lines.add(name + " extends " + mention(superType)));
        if (type.isSealed()) {
            lines.add(name + " permits "
                    + Arrays.stream(type.getPermittedSubclasses())
                            .map(this::mention)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        promised(type.getDeclaredFields()).forEach(field -> lines.add(line(name, field)));
        promised(type.getDeclaredMethods())
                .filter(method -> !EVERYBODYS.contains(method.getName()))
                .forEach(method -> lines.add(line(name, method)));
        promised(type.getDeclaredConstructors())
                .filter(constructor -> !isMadeByTheRouter(type))
                .forEach(constructor -> lines.add(line(name, constructor)));
    }

    private static boolean isMadeByTheRouter(Class<?> type) {
        return type.isRecord()
                && (MADE_BY_THE_ROUTER.contains(type.getName())
                        || type.getName().startsWith("io.slim.api.event.RouterEvent$")
                        || type.getPackageName().equals("io.slim.api.status"));
    }

    private static <M extends AccessibleObject & Member> Stream<M> promised(M[] members) {
        Predicate<M> promised = member -> isPromised(member.getModifiers()) && !member.isSynthetic();
        return Arrays.stream(members).filter(promised);
    }

    private static String kind(Class<?> type) {
        String kind = type.isInterface() ? "interface" : type.isEnum() ? "enum" : type.isRecord() ? "record" : "class";
        return modifiers(type.getModifiers() & ~(Modifier.STATIC | Modifier.INTERFACE)) + kind;
    }

    private String line(String owner, Field field) {
        return owner + "." + field.getName() + ": " + modifiers(field.getModifiers()) + mention(field.getGenericType());
    }

    private String line(String owner, Method method) {
        String how = (method.isDefault() ? "default " : "") + modifiers(method.getModifiers());
        return owner + "." + method.getName() + arguments(method) + ": " + how + mention(method.getGenericReturnType());
    }

    private String line(String owner, Constructor<?> constructor) {
        return owner + ".new" + arguments(constructor);
    }

    private String arguments(Executable executable) {
        String arguments = Arrays.stream(executable.getGenericParameterTypes())
                .map(this::mention)
                .collect(Collectors.joining(", ", "(", ")"));
        String thrown = Arrays.stream(executable.getGenericExceptionTypes())
                .map(this::mention)
                .collect(Collectors.joining(", "));
        return thrown.isEmpty() ? arguments : arguments + " throws " + thrown;
    }

    /** Public is what all are, and how a method is written (varargs, say) is nobody's concern. */
    private static String modifiers(int modifiers) {
        int told = modifiers & (Modifier.PROTECTED | Modifier.STATIC | Modifier.FINAL | Modifier.ABSTRACT);
        return told == 0 ? "" : Modifier.toString(told) + " ";
    }

    private String mention(Type type) {
        for (String name : type.getTypeName().split("[^\\w.$]+", -1)) {
            if (name.contains(".")) {
                types.add(name);
            }
        }
        return type.getTypeName();
    }
}
