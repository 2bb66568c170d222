/** How a router is doing. */
package io.slim.api.health;
