package io.slim.testbed.junit;

import io.slim.testbed.TestBed;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test-bed for all tests of a class. Register it in a static field, in a class with {@link RequiresHost}:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestBedExtension lab = new TestBedExtension(TestBed.builder().hosts(2));
 * }</pre>
 */
public final class TestBedExtension implements BeforeAllCallback, AfterAllCallback {
    private final TestBed.Builder plan;
    private TestBed bed;

    public TestBedExtension(TestBed.Builder plan) {
        this.plan = plan;
    }

    /** The test-bed; there is one from before the first test until after the last. */
    public TestBed bed() {
        if (bed == null) {
            throw new IllegalStateException("there is no test-bed outside the tests (is the field static?)");
        }
        return bed;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        bed = plan.build();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (bed != null) {
            bed.close();
            bed = null;
        }
    }
}
