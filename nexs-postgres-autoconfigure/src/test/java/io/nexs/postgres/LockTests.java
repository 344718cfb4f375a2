package io.nexs.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * On JDK 21 a virtual thread that blocks while it holds a monitor keeps its carrier, so
 * the packages that talk to servers have no monitor at all.
 */
class LockTests {

	private static final Path CLASSES = Path.of("target", "classes", "io", "nexs", "postgres");

	@ParameterizedTest
	@ValueSource(strings = { "cluster", "pool", "routing", "failover" })
	void packageWhenItTalksToServersHasNoMonitor(String name) throws IOException {
		List<Path> files = classFiles(CLASSES.resolve(name));
		assertThat(files).isNotEmpty();
		assertThat(files).flatMap(LockTests::monitors).isEmpty();
	}

	@Test
	void monitorsWhenPresentAreFound() throws IOException {
		Path compiled = Path.of("target", "test-classes", "io", "nexs", "postgres", "LockTests$Monitors.class");
		assertThat(monitors(compiled)).containsExactlyInAnyOrder("LockTests$Monitors.class method",
				"LockTests$Monitors.class block");
	}

	private static List<Path> classFiles(Path directory) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> file.toString().endsWith(".class")).toList();
		}
	}

	private static List<String> monitors(Path file) {
		List<String> found = new ArrayList<>();
		try (InputStream in = Files.newInputStream(file)) {
			new ClassReader(in).accept(new ClassVisitor(SpringAsmInfo.ASM_VERSION) {

				@Override
				public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
						String[] exceptions) {
					String method = file.getFileName() + " " + name;
					if (Modifier.isSynchronized(access)) {
						found.add(method);
					}
					return new MethodVisitor(SpringAsmInfo.ASM_VERSION) {

						@Override
						public void visitInsn(int opcode) {
							if (opcode == Opcodes.MONITORENTER) {
								found.add(method);
							}
						}

					};
				}

			}, ClassReader.SKIP_DEBUG);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found;
	}

	/**
	 * What is to be found.
	 */
	static final class Monitors {

		private int count;

		synchronized void method() {
			this.count++;
		}

		int block() {
			synchronized (this) {
				return this.count;
			}
		}

	}

}
