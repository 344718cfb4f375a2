package io.nexs.postgres.starter.frameworks;

import org.mybatis.spring.boot.autoconfigure.MybatisAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

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

	@Configuration(proxyBeanMethods = false)
	@Jdbc
	@ImportAutoConfiguration(MybatisAutoConfiguration.class)
	@AutoConfigurationPackage
	@Import(MyBatisWork.class)
	static class Application {

	}

}
