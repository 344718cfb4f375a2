package io.nexs.postgres.starter.frameworks;

import java.util.List;

import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Options.FlushCachePolicy;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.cursor.Cursor;

/**
 * A mapper of MyBatis. The cache of the session is cleared where the answer changes.
 */
@Mapper
interface MyBatisItems {

	@Select("select inet_server_port()")
	int port();

	@Select("select current_setting(#{name})")
	String setting(String name);

	@Insert("insert into item (id, text) values (#{id}, 'row')")
	int insert(long id);

	@Select("select count(*) from item where id = #{id}")
	long count(long id);

	@Select("select id from item where id = #{id} for update")
	List<Long> lock(long id);

	@Select("select nextval('item_seq')")
	@Options(flushCache = FlushCachePolicy.TRUE)
	long next();

	@Select("select cast(pg_sleep(30) as text)")
	String sleep();

	@Select("select id from many order by id")
	@Options(fetchSize = 100)
	Cursor<Long> streamMany();

	@Select("select count(*) from pg_cursors where statement like 'select id from many%'")
	long cursors();

}
