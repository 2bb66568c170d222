/** The control channel: how routers talk to each other. {@code control.proto} describes the messages. */
@NullMarked
package io.slim.router.control;

import org.jspecify.annotations.NullMarked;
