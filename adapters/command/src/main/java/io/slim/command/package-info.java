/** What the commands of all adapters have in common: how they log and fail, and what people give them. */
@NullMarked
package io.slim.command;

import org.jspecify.annotations.NullMarked;
