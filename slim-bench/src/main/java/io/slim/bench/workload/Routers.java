package io.slim.bench.workload;

/** The routers of a way, and what they can be made to know besides. */
public interface Routers {
    /** Ways without Slim. */
    Routers NONE = new Routers() {
        @Override
        public Change containers(int count) {
            return () -> {};
        }

        @Override
        public Change endpoints(int count) {
            return () -> {};
        }

        @Override
        public double mebibytes() {
            return 0;
        }
    };

    /** Something that can be undone. */
    interface Change extends AutoCloseable {
        @Override
        void close();
    }

    /** Registers that many more containers, in which nothing happens, with each router. */
    Change containers(int count);

    /** Has the resolver know that many more addresses. */
    Change endpoints(int count);

    /** Memory of both that is resident; 0 without routers. */
    double mebibytes();
}
