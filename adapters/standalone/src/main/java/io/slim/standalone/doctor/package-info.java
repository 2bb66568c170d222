/** {@code slim doctor}: what a host lacks for a router, each with its remedy. One class for each check. */
package io.slim.standalone.doctor;
