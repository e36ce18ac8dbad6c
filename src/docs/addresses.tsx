/** Where a deployment listens for assistants: what each address is for, and the address. */
export type Addresses = readonly (readonly [purpose: string, address: string])[];

/** The endpoints themselves. @param origin the deployment's public address, without a slash at its end */
export function endpoints(origin: string): Addresses {
  return [
    ["Everything you allow", `${origin}/mcp`],
    ["Reading only", `${origin}/mcp-readonly`],
    ["Older clients (HTTP+SSE)", `${origin}/sse`],
  ];
}

export function AddressList({ addresses }: { addresses: Addresses }) {
  return (
    <dl>
      {addresses.map(([purpose, address]) => (
        <>
          <dt>{purpose}</dt>
          <dd>
            <code>{address}</code>
          </dd>
        </>
      ))}
    </dl>
  );
}
