package io.slim.testbed.demo;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What was measured on one way in one round, or the median over rounds.
 *
 * @param throughputGbps received by one iperf3 stream, 10^9 bits per second
 * @param rttP50Us 64 bytes there and back, microseconds
 * @param connectP50Us a blocking connect(), microseconds
 * @param cpuSecondsPerGb time all processors of the machine were busy per 10^9 bytes of that stream
 */
record Sample(
        double throughputGbps,
        double rttP50Us,
        double rttP99Us,
        double connectP50Us,
        double connectP99Us,
        double cpuSecondsPerGb) {
    static Sample median(List<Sample> samples) {
        return new Sample(
                median(samples, Sample::throughputGbps),
                median(samples, Sample::rttP50Us),
                median(samples, Sample::rttP99Us),
                median(samples, Sample::connectP50Us),
                median(samples, Sample::connectP99Us),
                median(samples, Sample::cpuSecondsPerGb));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
        double[] sorted = samples.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
