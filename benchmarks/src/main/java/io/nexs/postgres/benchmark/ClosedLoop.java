package io.nexs.postgres.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Threads that do an operation again and again for some time, each as soon as the one
 * before has returned.
 *
 * @param perSecond operations in a second, by all threads
 * @param p50 median in microseconds
 * @param p95 95th percentile in microseconds
 * @param p99 99th percentile in microseconds
 */
record ClosedLoop(double perSecond, double p50, double p95, double p99) {

	/**
	 * Runs.
	 * @param millis how long
	 */
	static ClosedLoop run(int threads, long millis, Callable<?> operation)
			throws InterruptedException, ExecutionException {
		ExecutorService executor = Executors.newFixedThreadPool(threads);
		try {
			long start = System.nanoTime();
			long end = start + TimeUnit.MILLISECONDS.toNanos(millis);
			List<Future<long[]>> running = new ArrayList<>();
			for (int i = 0; i < threads; i++) {
				running.add(executor.submit(() -> work(end, operation)));
			}
			List<long[]> times = new ArrayList<>();
			for (Future<long[]> thread : running) {
				times.add(thread.get());
			}
			double seconds = (System.nanoTime() - start) / 1e9;
			return of(times.stream().flatMapToLong(Arrays::stream).sorted().toArray(), seconds);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static ClosedLoop of(long[] sorted, double seconds) {
		return new ClosedLoop(sorted.length / seconds, micros(sorted, 0.5), micros(sorted, 0.95), micros(sorted, 0.99));
	}

	private static double micros(long[] sorted, double share) {
		return sorted[(int) ((sorted.length - 1) * share)] / 1e3;
	}

	private static long[] work(long end, Callable<?> operation) throws Exception {
		long[] times = new long[1024];
		int count = 0;
		long start = System.nanoTime();
		while (start - end < 0) {
			operation.call();
			long now = System.nanoTime();
			if (count == times.length) {
				times = Arrays.copyOf(times, count * 2);
			}
			times[count++] = now - start;
			start = now;
		}
		return Arrays.copyOf(times, count);
	}

}
