package io.nexs.postgres.starter.frameworks;

import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSessionFactory;
import org.junit.jupiter.api.Test;
import org.mybatis.spring.SqlSessionTemplate;
import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The contract with MyBatis.
 */
class MyBatisTests extends FrameworkContract {

	@Override
	Framework framework() {
		return Framework.MYBATIS;
	}

	@Override
	Class<?> application() {
		return Application.class;
	}

	/**
	 * The session of a mapper outside of a transaction ends with the call.
	 */
	@Override
	String streamWithout() {
		return "refused (IllegalStateException)";
	}

	@Test
	void batchWhenItsExecutorWritesAtCommitIsRefusedByAReadOnlyTransaction() {
		long id = newId();
		SqlSessionTemplate batch = new SqlSessionTemplate(bean(SqlSessionFactory.class), ExecutorType.BATCH);
		Throwable thrown = catchThrowable(
				() -> transactions().read(() -> batch.getMapper(MyBatisItems.class).insert(id)));
		assertThat(outcome(thrown)).isEqualTo("refused (25006)");
		assertThat(committed(id)).isZero();
		transactions().write(() -> batch.getMapper(MyBatisItems.class).insert(id));
		assertThat(committed(id)).isOne();
	}

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@ImportAutoConfiguration(MybatisAutoConfiguration.class)
	@AutoConfigurationPackage
	@Import(MyBatisWork.class)
	static class Application {

	}

}
