package io.nexs.postgres.benchmark;

import java.lang.management.ManagementFactory;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The processor time of the thread for one operation, which does not count what other
 * processes take.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class CpuTime {

	private long operations;

	private long start;

	private double nanos;

	@Setup(Level.Iteration)
	public void begin() {
		this.operations = 0;
		this.start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

	@TearDown(Level.Iteration)
	public void end() {
		this.nanos = (double) (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - this.start)
				/ this.operations;
	}

	/**
	 * One operation more.
	 */
	public void add() {
		this.operations++;
	}

	/**
	 * Nanoseconds of the iteration that ended last.
	 */
	public double cpuNanos() {
		return this.nanos;
	}

}
