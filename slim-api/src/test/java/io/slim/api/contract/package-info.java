/**
 * What every plug-in must do, as tests to inherit from (JUnit 6, AssertJ). Published as {@code slim-api} with the classifier
 * {@code tests}: extend the class for your kind of plug-in and say how to make one.
 */
package io.slim.api.contract;
