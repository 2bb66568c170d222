package io.slim.router.admin;

import java.util.List;
import java.util.Map;

/** Something that an operator can have done, by POST. */
@FunctionalInterface
interface AdminAction {

    /**
     * Does it. Called by the admin server's own thread.
     *
     * @param parameters each with its values, from the question
     * @return JSON
     * @throws AdminException if it cannot be done
     */
    String run(Map<String, List<String>> parameters) throws AdminException;
}
