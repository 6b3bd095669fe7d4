// modbus-serial reads an emulator: modbus_serial_client.js PORT. Unit 1 is a SunSpec inverter, unit 2 an
// Eastron SDM630. Prints one "name value" a line.
const ModbusRTU = require("modbus-serial");

async function main() {
  const client = new ModbusRTU();
  client.setTimeout(10000);
  await client.connectTCP("127.0.0.1", { port: Number(process.argv[2]) });
  client.setID(1);
  const holding = async (address, count) => (await client.readHoldingRegisters(address, count)).data;
  const marker = (await client.readHoldingRegisters(40000, 2)).buffer.toString("latin1");
  console.log("marker", marker);
  const models = new Map();
  let at = 40002;
  for (;;) {
    const [id, length] = await holding(at, 2);
    if (id === 0xffff) break;
    models.set(id, at);
    at += 2 + length;
  }
  console.log("models", [...models.keys()].join(","));
  const maker = (await client.readHoldingRegisters(models.get(1) + 2, 16)).buffer.toString("latin1");
  console.log("maker", maker.replace(/\0.*$/s, ""));
  console.log("rating", (await holding(models.get(702) + 2, 1))[0]);
  await client.writeRegisters(models.get(704) + 23, [1, 0, 700]);
  await client.writeRegister(models.get(704) + 22, 1);
  console.log("set", (await holding(models.get(704) + 22, 4)).join(","));
  client.setID(2);
  const float = async (address) => (await client.readInputRegisters(address, 2)).buffer.readFloatBE(0);
  console.log("meter_v1", (await float(0x0000)).toFixed(3));
  console.log("meter_f", (await float(0x0046)).toFixed(3));
  client.close(() => process.exit(0));
}
main().catch((error) => {
  console.error("refused:", error.message);
  process.exit(1);
});
