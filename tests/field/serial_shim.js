// In the place of navigator.serial, which cannot open a port without a person: bytes go to the test
// through a binding and come back through fromBox. The page's own code is unchanged.
(() => {
  const toBytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const toText = (bytes) => btoa(String.fromCharCode(...bytes));
  let source = null;
  window.fromBox = (text) => source?.enqueue(toBytes(text));
  window.unplug = () => source?.error(new DOMException('The device has been lost.', 'NetworkError'));
  const port = {
    async open({ baudRate }) {
      if (window.portTaken) throw new DOMException('Failed to open serial port.', 'NetworkError');
      if (baudRate !== 115200) throw new Error(`opened at ${baudRate}`);
      this.readable = new ReadableStream({ start(controller) { source = controller; } });
      this.writable = new WritableStream({ write(bytes) { window.toBox(toText(bytes)); } });
    },
    async close() { source = null; },
  };
  Object.defineProperty(navigator, 'serial', { value: { requestPort: async () => port } });
})();
