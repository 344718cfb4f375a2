package io.nexs.postgres.starter.neighbours;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import io.nexs.postgres.cluster.NodeRole;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.datasource.UserCredentialsDataSourceAdapter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Wrappers that a bean post-processor puts around the data source.
 */
class WrappedDataSourceTests {

	private static String dsn;

	private RunningApplication application;

	@BeforeAll
	static void database() {
		dsn = SharedCluster.database("wrapped");
		SharedCluster.onPrimary("wrapped", "create table item (wrapper text, port int default inet_server_port())");
		SharedCluster.awaitReplay();
	}

	@AfterEach
	void stop() {
		if (this.application != null) {
			this.application.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void dataSourceWhenWrappedRoutesAsBefore(Wrapper wrapper) {
		this.application = RunningApplication.start(Application.class, dsn, "test.wrapper=" + wrapper);
		assertThat(this.application.bean(DataSource.class).getClass().getName())
			.isNotEqualTo("io.nexs.postgres.routing.RoutingDataSource");
		this.application.routes().clear();
		Integer read = this.application.readOnlyTransaction().execute((status) -> this.application.port());
		Integer written = this.application.transaction().execute((status) -> insert(wrapper));
		assertThat(read).isEqualTo(SharedCluster.replicaPort());
		assertThat(written).isEqualTo(SharedCluster.primaryPort());
		assertThat(this.application.port()).isEqualTo(SharedCluster.primaryPort());
		assertThat(this.application.routes().executed())
			.containsExactlyElementsOf(List.of(NodeRole.REPLICA, NodeRole.PRIMARY, NodeRole.PRIMARY));
		assertThat(SharedCluster.rows("wrapped", "select port from item where wrapper = '" + wrapper + "'"))
			.containsExactly(Integer.toString(SharedCluster.primaryPort()));
	}

	private int insert(Wrapper wrapper) {
		return this.application.jdbc()
			.sql("insert into item (wrapper) values (?) returning port")
			.param(wrapper.name())
			.query(Integer.class)
			.single();
	}

	/**
	 * What is put around the data source.
	 */
	enum Wrapper implements UnaryOperator<DataSource> {

		DELEGATING {

			@Override
			public DataSource apply(DataSource target) {
				return new DelegatingDataSource(target);
			}

		},

		LAZY {

			@Override
			public DataSource apply(DataSource target) {
				return new LazyConnectionDataSourceProxy(target);
			}

		},

		TRANSACTION_AWARE {

			@Override
			public DataSource apply(DataSource target) {
				return new TransactionAwareDataSourceProxy(target);
			}

		},

		USER_CREDENTIALS {

			@Override
			public DataSource apply(DataSource target) {
				UserCredentialsDataSourceAdapter adapter = new UserCredentialsDataSourceAdapter();
				adapter.setTargetDataSource(target);
				return adapter;
			}

		},

		JDK_PROXY {

			@Override
			public DataSource apply(DataSource target) {
				return CountingProxy.of(DataSource.class, target, new AtomicInteger());
			}

		},

		CLASS_PROXY {

			@Override
			public DataSource apply(DataSource target) {
				ProxyFactory factory = new ProxyFactory(target);
				factory.setProxyTargetClass(true);
				return (DataSource) factory.getProxy();
			}

		}

	}

	/**
	 * A proxy of the data source that hands out proxies of connections, like tools that
	 * watch statements.
	 */
	static final class CountingProxy {

		private CountingProxy() {
		}

		static <T> T of(Class<T> type, T target, AtomicInteger calls) {
			return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
					(proxy, method, arguments) -> {
						calls.incrementAndGet();
						try {
							Object result = method.invoke(target, arguments);
							return (result instanceof Connection connection) ? of(Connection.class, connection, calls)
									: result;
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					}));
		}

	}

	@JdbcApplication
	static class Application {

		@Bean
		static BeanPostProcessor wrapping(Environment environment) {
			Wrapper wrapper = ApplicationConversionService.getSharedInstance()
				.convert(environment.getRequiredProperty("test.wrapper"), Wrapper.class);
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					return (bean instanceof DataSource target) ? wrapper.apply(target) : bean;
				}

			};
		}

	}

}
