package io.slim.standalone.doctor;

import java.util.List;

/** Looks at one thing. Changes nothing that a router would not change. */
interface Check {

    /** What it has found, at least one; never throws for what it looks at being wrong. */
    List<Finding> run();
}
