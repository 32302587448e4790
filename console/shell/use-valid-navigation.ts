import { useEffect } from "react";

/**
 * Takes from the layout's narrow navigation an attribute that its role may not have, and that says nothing to anyone.
 * The layout draws it whenever the window becomes narrow.
 */
export const useValidNavigation = (): void => {
  useEffect(() => {
    const correct = (): void => {
      for (const navigation of document.querySelectorAll("nav[aria-orientation]")) {
        navigation.removeAttribute("aria-orientation");
      }
    };
    const observer = new MutationObserver(correct);
    observer.observe(document.body, { subtree: true, childList: true, attributeFilter: ["aria-orientation"] });
    correct();
    return () => observer.disconnect();
  }, []);
};
