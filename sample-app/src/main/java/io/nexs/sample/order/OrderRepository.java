package io.nexs.sample.order;

import java.util.List;

import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;

/**
 * The table of orders for JPA.
 */
interface OrderRepository extends JpaRepository<OrderEntity, Long> {

	List<OrderEntity> findByCustomerOrderByCreatedAtDescIdDesc(String customer, Limit limit);

}
