package io.nexs.postgres.autoconfigure;

import java.util.List;

import com.zaxxer.hikari.HikariConfig;
import io.nexs.postgres.endpoint.ClusterDescriptor;
import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;

import static org.assertj.core.api.Assertions.assertThat;
