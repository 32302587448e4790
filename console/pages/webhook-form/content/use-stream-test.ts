import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { StreamTestResult } from "#shared/contract/api/stream-test.ts";
import { callApi } from "../../../api/client.ts";
import { queryClient } from "../../../api/query-client.ts";

/** How often a running test is looked at. */
const watchMs = 1_000;

const keyOf = (testId: string | undefined) => ["stream-test", testId];

/** A test of what is in the form on the stream, one at a time. One that nobody watches any more is cancelled. */
export const useStreamTest = () => {
  const isLeft = useRef(false);
  const start = useMutation({
    mutationFn: async (tried: object) => await callApi("POST /v1/webhooks/filter-test/stream", { body: tried }),
    onSuccess: (test) => {
      // Its answer may come after the form was left.
      if (isLeft.current) cancelUnwatched(test.id);
      else queryClient.setQueryData(keyOf(test.id), test);
    },
  });
  const testId = start.data?.id;
  const cancel = useMutation({
    mutationFn: cancelTest,
    onSuccess: (test) => queryClient.setQueryData(keyOf(test.id), test),
  });
  const { data: test, error } = useQuery({
    queryKey: keyOf(testId),
    queryFn: ({ signal }) =>
      callApi("GET /v1/webhooks/filter-test/stream/{test_id}", { parameters: { test_id: testId ?? "" }, signal }),
    enabled: testId !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data?.state === "running" ? watchMs : false),
    retry: false,
    // It would copy numbers that are kept as they are written, and so lose what makes them numbers.
    structuralSharing: false,
  });
  const running = useRef<StreamTestResult["id"]>(undefined);
  useEffect(() => {
    running.current = test?.state === "running" ? test.id : undefined;
  }, [test]);
  useEffect(() => {
    isLeft.current = false;
    return () => {
      isLeft.current = true;
      if (running.current !== undefined) cancelUnwatched(running.current);
    };
  }, []);
  return {
    test,
    isRunning: start.isPending || (test?.state === "running" && error === null),
    error: start.error ?? cancel.error ?? error,
    start: start.mutate,
    cancel: (): void => {
      if (testId !== undefined) cancel.mutate(testId);
    },
    reset: (): void => {
      start.reset();
      cancel.reset();
    },
  };
};

/** Ends a test that nobody watches any more. One that cannot be ended reads to its end. */
const cancelUnwatched = (testId: string): void => {
  void cancelTest(testId).catch(() => undefined);
};

const cancelTest = async (testId: string): Promise<StreamTestResult> =>
  await callApi("POST /v1/webhooks/filter-test/stream/{test_id}/cancel", { parameters: { test_id: testId } });
