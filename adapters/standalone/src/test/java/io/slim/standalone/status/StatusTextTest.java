package io.slim.standalone.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class StatusTextTest {

    private static final String STATUS = """
            {"version":"1","host":"192.0.2.1","mode":"non_secure","uptime_ms":7500000,
             "health":"degraded","problems":["resolver: hosts.yaml is gone"],
             "resolver":{"fresh":false,"detail":"","sources":[
               {"name":"hosts.yaml","fresh":false,"confirmed":"x","age_ms":90000,"last_error":"gone"},
               {"name":"etcd","fresh":false}]},
             "certificate":{"file":"host.pem","expires":"x","expires_in_ms":200000000},
             "connects":{"none":12,"no_listener":3,"no_peer":4,"policy":0,"of_the_future":1},"listens":{"none":2},
             "containers":[
               {"name":"container net:1","addresses":["10.32.0.1"],"shims":2,"connecting":0,"listeners":[
                 {"endpoint":"0.0.0.0:80","shadow_port":61000,"sockets":1,"armed":true,"stalled":false,"offered":true},
                 {"endpoint":"0.0.0.0:81","shadow_port":61001,"sockets":1,"armed":false,"stalled":false,"offered":false},
                 {"endpoint":"0.0.0.0:82","shadow_port":61002,"sockets":1,"armed":true,"stalled":true,"offered":false}],
                "listeners_left_out":5}],
             "peers":[{"host":"192.0.2.2","state":"down","since_ms":3000,"waiting":0,"last_error":"refused"},
                      {"host":"192.0.2.3","state":"connected","since_ms":200000000,"waiting":0,"round_trip_us":180}],
             "counters":{"shim_limit":7,"shim_connections":9}}
            """;

    @Test
    void isAlignedAndNamesReasonsInWords() throws Exception {
        assertThat(StatusText.of(new ObjectMapper().readTree(STATUS))).isEqualTo("""
                router 1 on 192.0.2.1, non-secure, up 2 h 5 min

                degraded:
                  resolver: hosts.yaml is gone

                source      state                      last error
                hosts.yaml  stale, confirmed 90 s ago  gone
                etcd        stale, never read
                host.pem    expires in 2 d 7 h

                connections                              count  look at
                host path                                12
                overlay: no router answers on that host  4      slim doctor there and here; control port, firewall
                overlay: nobody listens there with Slim  3      is the server started with the shim? slim status on its host; SLIM_LOG in the server
                overlay: of_the_future                   1      a newer router's reason: use slim of the same version

                listeners      count  look at
                with a shadow  2

                container        addresses  shims  listeners
                container net:1  10.32.0.1  2      8

                listener    container        host port  state
                0.0.0.0:80  container net:1  61000      offered
                0.0.0.0:81  container net:1  61001      not offered: the shim has not seen the application wait for it
                0.0.0.0:82  container net:1  61002      stalled: the application left its connections alone (io_uring?)
                and 5 more  container net:1

                peer       state      for      round trip  last error
                192.0.2.2  down       3 s                  refused
                192.0.2.3  connected  2 d 7 h  180 us

                trouble     count
                shim limit  7
                """);
    }
}
