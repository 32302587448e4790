import { type UseQueryResult, useQuery } from "@tanstack/react-query";

/** What the server tells the console about its deployment. */
export interface ConsoleConfig {
  readonly version: string;
  readonly region: string;
  readonly stack: string;
  readonly links: { readonly docs: string };
}

const loadConfig = async (signal: AbortSignal): Promise<ConsoleConfig> => {
  const response = await fetch(new URL("config.json", document.baseURI), { signal });
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return (await response.json()) as ConsoleConfig;
};

/** The deployment's facts, asked for once. */
export const useConsoleConfig = (): UseQueryResult<ConsoleConfig> =>
  useQuery({
    queryKey: ["console-config"],
    queryFn: ({ signal }) => loadConfig(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
