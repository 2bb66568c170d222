package io.slim.testbed.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test needs more than a JVM. It carries the tag {@code root}; if something is missing it is skipped with the names of what is missing, or fails
 * if the environment variable {@code CI} is {@code true}: there, a skipped test would hide a broken set-up.
 */
@Documented
@Inherited
@Tag("root")
@ExtendWith(HostCondition.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface RequiresHost {
    /** Whether the user must be root. */
    boolean root() default true;

    /** Programs that must be in a directory of PATH. */
    String[] programs() default {};

    /** Files of the checkout that {@code ./slim test} fetches or builds, by their paths in it. */
    String[] built() default {};

    /** Whether the shim and the standalone router must have been built. */
    boolean slim() default false;
}
